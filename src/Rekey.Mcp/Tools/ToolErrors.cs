namespace Rekey.Mcp.Tools;

/// <summary>Failures of the tools around credentials, one factory a code.</summary>
internal static class ToolErrors
{
    /// <summary>A bug of ours. The type is named, the message is not repeated.</summary>
    public static CredentialError Internal(string tool, Exception exception) => new(
        "INTERNAL_ERROR", $"An unexpected {exception.GetType().Name} ended {tool}.", Retryable: false,
        "Report it; health_check says whether the credentials still work.");

    /// <summary>The server ends, and the call with it.</summary>
    public static CredentialError Stopped() => new(
        "STOPPED", "The server stopped before the call was done.", Retryable: false, "Start the server again.");

    /// <summary>The refresh takes longer than a client waits.</summary>
    public static CredentialError RefreshInProgress(string credential, string tool) => new(
        "REFRESH_IN_PROGRESS", $"The refresh of '{credential}' is still running; what worked before still works.", Retryable: true,
        $"Call {tool} again in a moment: it joins the running refresh.");

    /// <summary>Some of several credentials could not be refreshed.</summary>
    public static CredentialError RefreshFailed(IReadOnlyList<(string Credential, CredentialError Error)> failed, int all) => new(
        "REFRESH_FAILED", $"{failed.Count} of {all} credentials could not be refreshed: {string.Join(", ", failed.Select(static f => $"{f.Credential} [{f.Error.Code}]"))}.",
        Retryable: failed.Any(static f => f.Error.Retryable),
        "See the entry of each; call refresh_secret with one name to try that one again.");

    /// <summary>The service did not answer the probe in time.</summary>
    public static CredentialError ProbeTimeout(string credential) => new(
        "PROBE_TIMEOUT", $"The probe of '{credential}' had no answer in time.", Retryable: true,
        "Call health_check again in a moment.");

    /// <summary>A required credential does not work.</summary>
    public static CredentialError Unhealthy(IReadOnlyList<string> credentials, bool retryable, string? nextStep) => new(
        "UNHEALTHY", $"Required and not usable: {string.Join(", ", credentials)}.", retryable,
        nextStep ?? "See the entry of each credential.");
}
