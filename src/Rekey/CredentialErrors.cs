namespace Rekey;

/// <summary>Every failure that the lifecycle itself can report, one factory a code.</summary>
public static class CredentialErrors
{
    internal const string RejectedCode = "CREDENTIAL_REJECTED";
    internal const string RolledBackCode = "CREDENTIAL_ROLLED_BACK";

    /// <summary>The source did not answer within its time.</summary>
    public static CredentialError SourceTimeout(string credential, string source) => new(
        "SOURCE_TIMEOUT", $"The source {source} of '{credential}' did not answer in time.", Retryable: true,
        "Check that the source can be reached; it is asked again on its own.");

    /// <summary>The source cannot be reached or has nothing yet.</summary>
    public static CredentialError SourceUnavailable(string source, string what, string? nextStep = null) => new(
        "SOURCE_UNAVAILABLE", $"{source}: {what}.", Retryable: true,
        nextStep ?? "Check that the source exists and can be read; it is asked again on its own.");

    /// <summary>The source exists and may not be read.</summary>
    public static CredentialError SourceRefused(string source, string what, string nextStep) => new(
        "SOURCE_REFUSED", $"{source}: {what}.", Retryable: false, nextStep)
    { Kind = FailureKind.Refused };

    /// <summary>The content came and is not what the kind needs. Problems read <c>field: problem</c>.</summary>
    public static CredentialError SecretInvalid(string source, params IEnumerable<string> problems) => new(
        "SECRET_INVALID", $"{source} holds content that cannot be used ({string.Join("; ", problems)}).", Retryable: false,
        "Correct the content at its source; the change is noticed without a restart.")
    { Kind = FailureKind.Invalid };

    /// <summary>The same of the one field that a reference names: the reference may be what is wrong.</summary>
    internal static CredentialError FieldInvalid(string source, string field, string problem) => SecretInvalid(source, $"{field}: {problem}") with
    {
        NextStep = $"Correct the content at its source (the change is noticed without a restart), or #{field} in rekey.json, and restart.",
    };

    /// <summary>The content is larger than any credential.</summary>
    public static CredentialError SecretTooLarge(string source, int limit) => new(
        "SECRET_TOO_LARGE", $"{source} holds more than {limit} bytes.", Retryable: false,
        "Point the reference at the credential itself.")
    { Kind = FailureKind.Invalid };

    /// <summary>The source answered with a credential that had already ended.</summary>
    public static CredentialError AlreadyExpired(string credential) => new(
        "CREDENTIAL_EXPIRED", $"The source of '{credential}' returned a credential whose life is over.", Retryable: true,
        "Check the clock of this machine and the issuer; the source is asked again on its own.")
    { Kind = FailureKind.Invalid };

    /// <summary>The lease ended and no newer one could be had.</summary>
    public static CredentialError Expired(string credential) => new(
        "CREDENTIAL_EXPIRED", $"'{credential}' has expired and no newer one could be obtained.", Retryable: true,
        "Call health_check to see what its source says.");

    /// <summary>The service refuses the credential and its source has no newer one.</summary>
    public static CredentialError Rejected(string credential) => new(
        RejectedCode, $"The service refuses '{credential}' and its source has no other version yet.", Retryable: true,
        "If a rotation is running, try again in a moment; otherwise correct the secret at its source.")
    { Kind = FailureKind.Refused };

    /// <summary>The service could not be reached to verify the credential.</summary>
    public static CredentialError Unverifiable(string credential) => new(
        "SERVICE_UNREACHABLE", $"The service behind '{credential}' could not be reached to verify it.", Retryable: true,
        "Check host, port and network; verification is tried again on its own.");

    /// <summary>The service answered the verification, and the answer says nothing about the credential.</summary>
    public static CredentialError Inconclusive(string credential, string what, string nextStep) => new(
        "VERIFICATION_INCONCLUSIVE", $"The verification of '{credential}' proves nothing: {what}.", Retryable: true, nextStep);

    /// <summary>A consumer could not get ready for the new lease.</summary>
    public static CredentialError ConsumerNotReady(string credential, string consumer) => new(
        "CONSUMER_NOT_READY", $"{consumer} could not get ready for the new version of '{credential}'; the current one stays in use.", Retryable: true,
        "It is tried again on its own.");

    /// <summary>The version was rolled back because it lacked permissions.</summary>
    public static CredentialError RolledBack(string credential) => new(
        RolledBackCode, $"The new version of '{credential}' lacked permissions that the previous one has; the previous one is in use again.", Retryable: true,
        "Grant the new login what the old one had, then refresh.")
    { Kind = FailureKind.Refused };

    /// <summary>Nothing to go back to.</summary>
    public static CredentialError NoStandby(string credential) => new(
        "NO_STANDBY", $"'{credential}' has no previous version to go back to.", Retryable: false);

    /// <summary>The source has no way to let a human sign in.</summary>
    public static CredentialError SignInNotAvailable(string credential) => new(
        "SIGN_IN_NOT_AVAILABLE", $"'{credential}' has no sign-in.", Retryable: false)
    { Kind = FailureKind.NeedsUser };

    /// <summary>The sign-in was cancelled before it ended.</summary>
    public static CredentialError SignInCancelled(string credential) => new(
        "SIGN_IN_CANCELLED", $"The sign-in for '{credential}' was cancelled.", Retryable: true,
        "Start it again.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The credential this one stands on is in trouble.</summary>
    public static CredentialError ParentFailed(string credential, string parent, CredentialError cause) => cause with
    {
        Message = $"'{credential}' stands on '{parent}': {cause.Message}",
        Parent = cause.Parent ?? parent,
    };

    /// <summary>The process is ending.</summary>
    public static CredentialError Stopped(string credential) => new(
        "STOPPED", $"'{credential}' is being shut down.", Retryable: false);

    /// <summary>A bug of ours or of a source. The type is named, the message is not repeated.</summary>
    public static CredentialError Internal(string credential, Exception exception) => new(
        "INTERNAL_ERROR", $"An unexpected {exception.GetType().Name} happened while refreshing '{credential}'.", Retryable: true,
        "Report it; the current version stays in use.");
}
