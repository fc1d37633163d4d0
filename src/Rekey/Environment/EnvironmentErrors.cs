namespace Rekey.Environment;

/// <summary>Failures of the environment as a source.</summary>
public static class EnvironmentErrors
{
    /// <summary>The variable is not set, or set to nothing. The next source in order may try.</summary>
    public static CredentialError VariableMissing(string variable) => new(
        "ENVIRONMENT_VARIABLE_MISSING", $"The environment variable {variable} is not set.", Retryable: false,
        $"Set {variable} in the environment of this server and restart it: a running process never sees the change.");

    internal static string Correction(string variable) =>
        $"Correct {variable} in the environment of this server, or what rekey.json says about it, and restart it: a running process never sees the change.";
}
