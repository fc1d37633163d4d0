namespace Rekey;

/// <summary>Failures of sessions that are refreshed by using them, one factory a code.</summary>
public static class SessionErrors
{
    internal const string NetworkCode = "NETWORK_ERROR";
    internal const string RateLimitedCode = "RATE_LIMITED";
    internal const string StorageCode = "STORAGE_ERROR";

    /// <summary>The authority could not be reached, did not answer in time, or broke off.</summary>
    public static CredentialError Network(string authority, string what) => new(
        NetworkCode, $"{authority}: {what}.", Retryable: true,
        "Check the network; it is tried again on its own.");

    /// <summary>The authority asked for patience.</summary>
    public static CredentialError RateLimited(string authority, TimeSpan? wait) => new(
        RateLimitedCode, $"{authority} asks to wait{(wait is { } pause ? $" {Math.Ceiling(pause.TotalSeconds)} s" : "")} before the next refresh.", Retryable: true,
        "Wait; it is tried again on its own.")
    { RetryAfter = wait };

    /// <summary>The session is over at its authority: only a human can begin another.</summary>
    public static CredentialError Revoked(string message, string nextStep) => new(
        "SESSION_REVOKED", message, Retryable: false, nextStep)
    { Kind = FailureKind.NeedsUser };

    /// <summary>The session could not be read from its store or written to it.</summary>
    public static CredentialError Storage(string what, string nextStep) => new(
        StorageCode, $"{what}.", Retryable: true, nextStep);

    /// <summary>The authority answered with something else than was agreed.</summary>
    public static CredentialError InvalidResponse(string authority, string what) => new(
        "INVALID_RESPONSE", $"{authority}: {what}.", Retryable: false,
        "The current credential stays in use. Check the configuration; if it is right, the service has changed: report it.")
    { Kind = FailureKind.Invalid };

    /// <summary>What is configured is no session that can be refreshed.</summary>
    public static CredentialError NotAvailable(string message, string? nextStep = null) => new(
        "REFRESH_NOT_AVAILABLE", message, Retryable: false, nextStep)
    { Kind = FailureKind.Invalid };

    /// <summary>Another process refreshes the session and takes long.</summary>
    public static CredentialError InProgress(string credential) => new(
        "REFRESH_IN_PROGRESS", $"Another process is refreshing '{credential}'.", Retryable: true,
        "Call again in a moment: what it obtains is used here too.");

    /// <summary>No session has begun: a human must sign in.</summary>
    public static CredentialError SignInRequired(string credential) => new(
        "SIGN_IN_REQUIRED", $"Nobody has signed in for '{credential}' yet.", Retryable: false,
        $"Run 'rekey login {credential}' and follow the page that it names; running servers notice it.")
    { Kind = FailureKind.NeedsUser };
}
