namespace Rekey.Cli.Drivers;

/// <summary>Failures of the drivers that are not the engine's own.</summary>
internal static class DriverErrors
{
    /// <summary>There is no driver for the engine.</summary>
    public static CredentialError EngineNotSupported(string engine, string supported) => new(
        "ENGINE_NOT_SUPPORTED", $"There is no driver for the engine '{engine}'; there is one for {supported}.", Retryable: false,
        "Correct 'engine' in the secret or in the configuration, or leave this database to another server.")
    { Kind = FailureKind.Invalid };
}
