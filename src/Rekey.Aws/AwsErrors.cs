namespace Rekey.Aws;

/// <summary>What AWS says, in our own words: one factory a code. <c>what</c> is the secret as the operator named it.</summary>
internal static class AwsErrors
{
    internal const string InvalidCode = "AWS_SECRET_INVALID";
    internal const string NotFoundCode = "AWS_SECRET_NOT_FOUND";
    internal const string AuthRequiredCode = "AWS_AUTH_REQUIRED";

    /// <summary>The identity is over or unknown.</summary>
    public static CredentialError AuthRequired(string what, string identity, string repair) => new(
        AuthRequiredCode, $"AWS does not accept {identity}, with which {what} is read: expired, withdrawn or unknown.", Retryable: true, repair)
    { Kind = FailureKind.Refused };

    /// <summary>There is no identity.</summary>
    public static CredentialError NoIdentity(string what) => new(
        AuthRequiredCode, $"Nothing here says as whom {what} is read: no keys and no web identity in the environment, no profile, no role of a container or a machine.", Retryable: true,
        "Sign in (aws configure, aws sso login) or name a profile in AWS_PROFILE. A profile that is called default is noticed without a restart; a variable needs one.")
    { Kind = FailureKind.Refused };

    /// <summary>There is no token to become the role with.</summary>
    public static CredentialError WebIdentityUnreadable(string what) => new(
        AuthRequiredCode, $"The file of the web identity token, with which {what} is read, cannot be read, is empty or is too large.", Retryable: true,
        "Check AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the profile, and who may read it; it is read again on its own.")
    { Kind = FailureKind.Refused };

    /// <summary>The identity is valid and lacks a permission.</summary>
    public static CredentialError AccessDenied(string what, string identity, string permission) => new(
        "AWS_ACCESS_DENIED", $"{identity} may not read {what}: the permission {permission} is missing.", Retryable: false,
        $"Allow {permission} to this identity, in its policy and where the secret or its key has one of its own.")
    { Kind = FailureKind.Refused, IsWithdrawal = true };

    /// <summary>The identity may not become the role that its profile names.</summary>
    public static CredentialError RoleDenied(string what, string identity) => new(
        "AWS_ROLE_DENIED", $"{identity} could not assume its role to read {what}: it lacks the permission, or the role does not trust it.", Retryable: false,
        "Allow sts:AssumeRole to the identity and name the identity in the role's trust policy (for a web identity: sts:AssumeRoleWithWebIdentity and its issuer).")
    { Kind = FailureKind.Refused };

    /// <summary>There is no such secret, parameter, version or stage.</summary>
    public static CredentialError NotFound(string what, string region, string settings) => new(
        NotFoundCode, $"There is no {what} in {region}.", Retryable: false, $"Verify {settings}.")
    { Kind = FailureKind.Refused, IsWithdrawal = true };

    /// <summary>It exists and waits for its end.</summary>
    public static CredentialError Deleted(string what) => new(
        "AWS_SECRET_DELETED", $"{what} is scheduled for deletion and cannot be read.", Retryable: false,
        "Restore it (aws secretsmanager restore-secret), or name another one.")
    { Kind = FailureKind.Refused, IsWithdrawal = true };

    /// <summary>Its content is binary.</summary>
    public static CredentialError Binary(string what) => new(
        InvalidCode, $"{what} is binary; a secret that Rekey reads is text.", Retryable: false,
        "Store it as SecretString; the change is noticed without a restart.")
    { Kind = FailureKind.Invalid };

    /// <summary>The answer has no content where content must be.</summary>
    public static CredentialError Unreadable(string what) => new(
        "AWS_RESPONSE_UNREADABLE", $"The answer of AWS to the request for {what} has no text in it.", Retryable: true,
        "Check what stands between this machine and AWS; it is tried again on its own.");

    /// <summary>AWS could not decrypt it.</summary>
    public static CredentialError DecryptionFailed(string what) => new(
        "AWS_DECRYPTION_FAILED", $"AWS could not decrypt {what} with its key.", Retryable: false,
        "Check that the KMS key of the secret is enabled and not scheduled for deletion.")
    { Kind = FailureKind.Refused };

    /// <summary>No answer came.</summary>
    public static CredentialError Unreachable(string what, string region) => new(
        "AWS_UNREACHABLE", $"AWS could not be reached in {region} to read {what}: no name, no route or no answer.", Retryable: true,
        "Check network, DNS, VPN and proxy; it is tried again on its own.");

    /// <summary>AWS asks to come back later.</summary>
    public static CredentialError Throttled(string what) => new(
        "AWS_THROTTLED", $"AWS answers too many requests at the moment to read {what}.", Retryable: true,
        "It is tried again on its own; a higher interval of polling elsewhere helps.");

    /// <summary>Signatures carry the time, and ours is wrong.</summary>
    public static CredentialError ClockSkew(string what) => new(
        "AWS_CLOCK_SKEW", $"AWS refuses the signature of the request for {what}: the clock of this machine is more than five minutes off.", Retryable: true,
        "Set the clock of this machine (NTP); it is tried again on its own.");

    /// <summary>Nothing says where the secret is.</summary>
    public static CredentialError RegionRequired(string what) => new(
        "AWS_REGION_REQUIRED", $"Nothing names the region of {what}.", Retryable: false,
        "Set AWS_REGION, name the region in the profile, or write it into the reference (?region=, or the full ARN).")
    { Kind = FailureKind.Refused };

    /// <summary>The configuration of AWS has no such profile.</summary>
    public static CredentialError ProfileNotFound(string what, string profile) => new(
        "AWS_PROFILE_NOT_FOUND", $"The AWS configuration has no profile '{profile}', with which {what} is read.", Retryable: false,
        "Correct AWS_PROFILE or the reference, or add the profile to the AWS configuration.")
    { Kind = FailureKind.Refused };

    /// <summary>The profile exists and cannot work.</summary>
    public static CredentialError ProfileInvalid(string what, string profile, string problem) => new(
        "AWS_PROFILE_INVALID", $"The AWS profile '{profile}' cannot be used to read {what}: {problem}.", Retryable: false,
        "Correct the profile in the AWS configuration, or name another one; the change is noticed without a restart.")
    { Kind = FailureKind.Refused };

    /// <summary>What is configured about endpoints contradicts itself.</summary>
    public static CredentialError EndpointInvalid(string what, string problem) => new(
        "AWS_ENDPOINT_INVALID", $"No endpoint can be determined to read {what}: {problem}.", Retryable: false,
        "Correct AWS_ENDPOINT_URL…, AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT, or the same in the profile.")
    { Kind = FailureKind.Refused };

    /// <summary>Anything else that AWS said, by its code.</summary>
    public static CredentialError Other(string what, string code, bool retryable) => new(
        "AWS_ERROR", $"AWS answered {code} to the request for {what}.", retryable,
        retryable ? "It is tried again on its own." : "Look the code up in the documentation of the service.")
    { Kind = retryable ? FailureKind.Unavailable : FailureKind.Refused };
}
