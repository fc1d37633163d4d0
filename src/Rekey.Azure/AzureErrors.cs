namespace Rekey.Azure;

/// <summary>Failures of Azure for which the lifecycle has no code of its own, one factory a code. <c>reference</c> is as the operator wrote it.</summary>
internal static class AzureErrors
{
    private const string AuthRequiredCode = "AZURE_AUTH_REQUIRED";
    private const string SignIn = "Sign in (az login), or check the identity that the machine or the environment gives this server";

    /// <summary>There is no identity.</summary>
    public static CredentialError NoIdentity(string reference) => new(
        AuthRequiredCode, $"{reference}: nothing here says as whom Azure is asked: no variables, no workload or managed identity, no tool in which somebody signed in.", Retryable: true,
        $"{SignIn}. A sign-in is noticed without a restart; a variable needs one.")
    { Kind = FailureKind.Refused };

    /// <summary>An identity is there, and Azure does not accept it.</summary>
    public static CredentialError AuthRequired(string reference, string what) => new(
        AuthRequiredCode, $"{reference}: {what}.", Retryable: true, $"{SignIn}: its secret, its tenant and its end.")
    { Kind = FailureKind.Refused };

    /// <summary>Somebody disabled the secret, or the version that is asked for.</summary>
    public static CredentialError SecretDisabled(string reference) => new(
        "AZURE_SECRET_DISABLED", $"{reference} is disabled.", Retryable: false,
        "Enable it (az keyvault secret set-attributes --enabled true) or write a new version; the change is noticed.")
    { Kind = FailureKind.Refused, IsWithdrawal = true };

    /// <summary>Its owner gave it an end, and that is over.</summary>
    public static CredentialError SecretExpired(string reference, DateTimeOffset end) => new(
        "AZURE_SECRET_EXPIRED", $"{reference} has expired: its owner set its end to {end.ToUniversalTime():yyyy-MM-dd HH:mm} UTC.", Retryable: false,
        "Write a new version, or give this one a later end (az keyvault secret set-attributes --expires); the change is noticed.")
    { Kind = FailureKind.Invalid, IsWithdrawal = true };
}
