using Rekey.Cli.Configuration;

namespace Rekey.Cli.Control;

/// <summary>Failures between <c>rekey refresh</c> and the servers that run.</summary>
internal static class ControlErrors
{
    public const string UnknownCredentialCode = "CREDENTIAL_UNKNOWN";

    /// <summary>The server has no credential of that name.</summary>
    public static CredentialError UnknownCredential(string name, IEnumerable<string> known) => new(
        UnknownCredentialCode, $"There is no credential {Names.Print(name)}.{Names.DidYouMean(name, known)}", Retryable: false,
        "Run 'rekey check' to see which credentials are configured.")
    { Kind = FailureKind.Invalid };

    /// <summary>What came in is no request.</summary>
    public static CredentialError InvalidRequest() => new(
        "CONTROL_REQUEST_INVALID", "The request is not one line of JSON that this server knows.", Retryable: false,
        "Use the same version of rekey on both ends.")
    { Kind = FailureKind.Invalid };

    /// <summary>A server was found and gave no usable answer.</summary>
    public static CredentialError NoAnswer() => new(
        "CONTROL_NO_ANSWER", "A running server gave no usable answer.", Retryable: true,
        "Try again; if it stays, restart that server.");

    /// <summary>No server of this user runs.</summary>
    public static CredentialError NoServer() => new(
        "SERVER_NOT_RUNNING", "No rekey server of this user is running on this machine.", Retryable: true,
        "Start the MCP client that runs 'rekey serve', or call the tool refresh_secret there.");
}
