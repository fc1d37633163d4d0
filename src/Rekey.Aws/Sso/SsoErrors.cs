namespace Rekey.Aws.Sso;

/// <summary>Every failure of AWS profiles and SSO sessions, one factory a code.</summary>
public static class SsoErrors
{
    private const string SignInAgain = "Sign in again with refresh_aws_sso_token, or run `aws sso login`; the new session is noticed within seconds.";
    private const string NotFoundCode = "PROFILE_NOT_FOUND";
    private const string OnItsOwn = "It is tried again on its own.";

    /// <summary>No profile of that name exists.</summary>
    public static CredentialError ProfileNotFound(string profile, string file, IReadOnlyList<string>? others = null) => new(
        NotFoundCode, $"There is no profile '{profile}' in {file}.", Retryable: false,
        others is { Count: > 0 } ? $"Name one that signs in through SSO ({string.Join(", ", others)}), or add it to the file." : "Name a profile that exists, or add it to the file.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>No MCP client says which profile the server runs with.</summary>
    public static CredentialError ServerWithoutProfile(string server, IReadOnlyList<string> profiles) => new(
        NotFoundCode, $"No MCP configuration of this machine names an AWS_PROFILE that exists for the server '{server}'.", Retryable: false,
        profiles.Count > 0 ? $"Ask the user which profile it is, and name it: {string.Join(", ", profiles)}." : "Add a profile that signs in through SSO to the AWS configuration.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>No profile signs in through SSO.</summary>
    public static CredentialError NoProfile(string file) => new(
        NotFoundCode, $"No profile in {file} signs in through SSO.", Retryable: false,
        "Run `aws configure sso`, or write: [sso-session NAME] with sso_start_url and sso_region, and [profile NAME] with sso_session, sso_account_id and sso_role_name.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>Several profiles could be meant.</summary>
    public static CredentialError ProfileAmbiguous(IEnumerable<string> profiles) => new(
        "PROFILE_AMBIGUOUS", $"Several profiles sign in through SSO: {string.Join(", ", profiles)}.", Retryable: false,
        "Ask the user which one is meant, and name it.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>There is no AWS configuration at all.</summary>
    public static CredentialError ConfigNotFound(string file) => new(
        "AWS_SSO_CONFIG_NOT_FOUND", $"There is no AWS configuration at {file}.", Retryable: false,
        "Run `aws configure sso`, or point AWS_CONFIG_FILE at the file.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The profile gets its credentials in another way.</summary>
    public static CredentialError ProfileNotSso(string profile) => new(
        "AWS_SSO_PROFILE_NOT_SSO", $"The profile '{profile}' does not sign in through SSO.", Retryable: false,
        "Name a profile that has sso_session or sso_start_url.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The profile names a session that is not there.</summary>
    public static CredentialError SessionMissing(string session, string file) => new(
        "AWS_SSO_SESSION_MISSING", $"There is no [sso-session {session}] in {file}.", Retryable: false,
        "Add the section, or correct sso_session in the profile.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>Keys are missing that SSO needs.</summary>
    public static CredentialError ConfigIncomplete(string section, IEnumerable<string> keys) => new(
        "AWS_SSO_CONFIG_INCOMPLETE", $"[{section}] lacks {string.Join(", ", keys)}.", Retryable: false,
        "Add what is missing, or run `aws configure sso`.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>Profile and session say different things under one key.</summary>
    public static CredentialError ConfigInconsistent(string profile, string session, IEnumerable<string> keys) => new(
        "AWS_SSO_CONFIG_INCONSISTENT",
        $"[profile {profile}] and [sso-session {session}] differ in {string.Join(", ", keys)}.", Retryable: false,
        "Remove the keys from the profile: the session has them.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>Nobody has signed in, or the token file is no token.</summary>
    public static CredentialError SignInRequired(string session, bool isDamaged = false) => new(
        "AWS_SSO_SIGN_IN_REQUIRED",
        isDamaged ? $"The token file of the SSO session '{session}' holds no token." : $"Nobody has signed in to the SSO session '{session}'.",
        Retryable: false, "Sign in with refresh_aws_sso_token, or run `aws sso login`; the session is noticed within seconds.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The session is over and cannot be extended without a human.</summary>
    public static CredentialError SessionEnded(string session, string why) => new(
        "AWS_SSO_SESSION_ENDED", $"The SSO session '{session}' is over: {why}.", Retryable: false, SignInAgain)
    { Kind = FailureKind.NeedsUser };

    /// <summary>The human, or an administrator's rule, refused.</summary>
    public static CredentialError SignInDenied(string session) => new(
        "AWS_SSO_SIGN_IN_DENIED", $"The sign-in to the SSO session '{session}' was denied.", Retryable: false,
        "Start it again and approve the request whose code is the one shown.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>Nobody came in time.</summary>
    public static CredentialError SignInExpired(string session) => new(
        "AWS_SSO_SIGN_IN_EXPIRED", $"The sign-in to the SSO session '{session}' was not completed in time.", Retryable: true,
        "Start it again, and open its page before it expires.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The sign-in page or the service reported another failure.</summary>
    public static CredentialError SignInFailed(string session, string what) => new(
        "AWS_SSO_SIGN_IN_FAILED", $"The sign-in to the SSO session '{session}' failed: {what}.", Retryable: true,
        "Start it again; if it fails again, sign in with a device code.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The port for the browser's way back belongs to another program.</summary>
    public static CredentialError RedirectPortTaken(int port) => new(
        "AWS_SSO_PORT_TAKEN", $"Port {port} of this machine, to which the browser would return, belongs to another program.", Retryable: true,
        "End the other program, choose another port or none, or sign in with a device code.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The service named a page that is not AWS's.</summary>
    public static CredentialError PageRefused(string session) => new(
        "AWS_SSO_PAGE_REFUSED", $"The sign-in page named for the SSO session '{session}' is not one of AWS's and was not opened.", Retryable: false,
        "Check sso_region and the configured endpoints.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The service knows nothing of the start URL in this region.</summary>
    public static CredentialError StartUrlRefused(string session, string region) => new(
        "AWS_SSO_REGION_MISMATCH", $"The Identity Center of {region} refuses the start URL of the SSO session '{session}'.", Retryable: false,
        "Check sso_start_url and sso_region: the region is that of the Identity Center, which need not be the one you work in.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The service will not have Rekey as a client.</summary>
    public static CredentialError ClientRefused(string session) => new(
        "AWS_SSO_CLIENT_REFUSED", $"The Identity Center of the SSO session '{session}' refuses Rekey as a client, or one of the configured scopes.", Retryable: false,
        "Check sso_registration_scopes; a new registration is made at the next sign-in.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The role is not the user's in that account.</summary>
    public static CredentialError NoAccess(string profile, string account, string role, string session) => new(
        "AWS_SSO_NO_ACCESS",
        $"The user of the SSO session '{session}' has no access to the role '{role}' in account {account} (profile '{profile}').", Retryable: false,
        "Ask for the assignment, or correct sso_account_id and sso_role_name.")
    { Kind = FailureKind.Refused };

    /// <summary>The portal does not take the request.</summary>
    public static CredentialError RoleRefused(string profile, string account, string role) => new(
        "AWS_SSO_ROLE_REFUSED", $"The SSO portal does not know the role '{role}' in account {account} (profile '{profile}').", Retryable: false,
        "Correct sso_account_id and sso_role_name.")
    { Kind = FailureKind.Refused };

    /// <summary>Another process has held the token for too long.</summary>
    public static CredentialError TokenBusy(string session) => new(
        "AWS_SSO_TOKEN_BUSY", $"Another process is refreshing the SSO session '{session}' and does not finish.", Retryable: true, OnItsOwn);

    /// <summary>The service was not reached.</summary>
    public static CredentialError Unreachable(string host) => new(
        "AWS_SSO_UNREACHABLE", $"{host} cannot be reached.", Retryable: true,
        $"Check network, proxy and region. {OnItsOwn}");

    /// <summary>The service was reached and gave no usable answer.</summary>
    public static CredentialError NoAnswer(string host, int? status) => new(
        "AWS_SSO_NO_ANSWER", status is null ? $"{host} gave no usable answer in time." : $"{host} gave no usable answer (HTTP {status}).", Retryable: true, OnItsOwn);

    /// <summary>The service wants to be asked less.</summary>
    public static CredentialError Throttled(string host, TimeSpan? pause) => new(
        "AWS_SSO_THROTTLED", $"{host} takes no more requests now.", Retryable: true, OnItsOwn)
    { RetryAfter = pause };

    /// <summary>The token is in use and could not be written for other tools.</summary>
    public static CredentialError CacheUnwritable(string session, string folder) => new(
        "AWS_SSO_CACHE_UNWRITABLE", $"The token of the SSO session '{session}' is in use here and could not be written to {folder}: other tools do not see it.",
        Retryable: true, "Let this user write to the folder; it is tried again on its own.");

    /// <summary>Files that a sign-out should have deleted are still there.</summary>
    public static CredentialError SignOutIncomplete(string folder) => new(
        "AWS_SSO_SIGN_OUT_INCOMPLETE", $"Signed out, but not every file of it in {folder} could be deleted.", Retryable: true,
        "Let this user write to the folder, or run `aws sso logout`.");

    /// <summary>A failure of the wire or of the service itself; whatever else it was, by its status.</summary>
    internal static CredentialError Of(ServiceFault fault) => fault.Kind switch
    {
        FaultKind.Unreachable => Unreachable(fault.Host),
        FaultKind.TooManyRequests or FaultKind.SlowDown => Throttled(fault.Host, fault.RetryAfter),
        _ => NoAnswer(fault.Host, fault.Status),
    };
}
