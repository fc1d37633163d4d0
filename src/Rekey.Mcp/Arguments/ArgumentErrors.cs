namespace Rekey.Mcp.Arguments;

/// <summary>Failures of the arguments themselves. They name arguments and repeat no value.</summary>
internal static class ArgumentErrors
{
    /// <summary>Something is missing, unknown, of the wrong type or out of range.</summary>
    public static CredentialError Invalid(IReadOnlyList<string> problems) => new(
        "INVALID_ARGUMENT", string.Join("; ", problems) + ".", Retryable: false, "Correct the arguments and call again.");

    /// <summary>An argument holds what stands where a secret stood.</summary>
    public static CredentialError Redacted(string argument) => new(
        "REDACTED_ARGUMENT", $"'{argument}' carries {Secret.Marker}, which stands for a secret that was hidden, not for its value.", Retryable: false,
        "Leave the hidden value alone: Rekey presents it by itself, and it cannot be read or written through a tool.");
}
