namespace Rekey.Vault;

/// <summary>Failures of Vault for which the lifecycle has no code of its own, one factory a code.</summary>
public static class VaultErrors
{
    /// <summary>It serves nobody until somebody unseals it.</summary>
    public static CredentialError Sealed(string reference, TimeSpan? wait) => new(
        "VAULT_SEALED", $"{reference}: Vault is sealed, or down for maintenance.", Retryable: true,
        "Unseal it; it is asked again on its own, and what works stays in use.")
    { RetryAfter = wait };

    /// <summary>The node that answers does not serve, and names none that does.</summary>
    public static CredentialError Standby(string reference, string what) => new(
        "VAULT_STANDBY", $"{reference}: {what}.", Retryable: true,
        "Let the address name the active node, or a load balancer that finds it; it is asked again on its own.");

    /// <summary>A token that somebody else has obtained is not accepted.</summary>
    public static CredentialError TokenRefused(string reference, string given) => new(
        "VAULT_TOKEN_REFUSED", $"{reference}: Vault does not accept the token from {given}: it has ended, was revoked, or may not look itself up.", Retryable: false,
        "Put a valid token there, with the default policy; the change is noticed where that place can change.")
    { Kind = FailureKind.Refused };

    /// <summary>A token that somebody else has obtained is near the end of its longest life.</summary>
    public static CredentialError TokenEnds(string reference, string given) => new(
        "VAULT_TOKEN_ENDS", $"{reference}: Vault extends the token from {given} no further; it ends soon.", Retryable: false,
        "Put a new token there, or configure a login of Rekey's own, which gets new tokens by itself.");

    /// <summary>The login is not accepted.</summary>
    public static CredentialError LoginRefused(string reference, string mount, int status, string what) => new(
        "VAULT_LOGIN_REFUSED", $"{reference}: Vault refuses the login at auth/{mount} (HTTP {status}).", Retryable: false,
        $"Check {what}, where the method is mounted, and the namespace; it is tried again on its own.")
    { Kind = FailureKind.Refused };

    /// <summary>What should wrap the secret id wraps nothing any longer.</summary>
    public static CredentialError WrappingUsed(string reference, string given) => new(
        "VAULT_WRAPPING_USED", $"{reference}: the wrapping token from {given} is used up, has ended, or never was one.", Retryable: false,
        "If nobody of yours has opened it, somebody else did: revoke the secret id. Deliver a new one; the change is noticed.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>Vault does not say what answers at the path.</summary>
    public static CredentialError EngineUnknown(string reference) => new(
        "VAULT_ENGINE_UNKNOWN", $"{reference}: Vault does not say which engine is mounted there.", Retryable: false,
        $"Add the option engine= to the reference ({string.Join(", ", VaultEngines.Names)}), or let the token read something below that mount.")
    { Kind = FailureKind.Refused };

    /// <summary>Somebody deleted the version that was there.</summary>
    public static CredentialError SecretDeleted(string reference) => new(
        "VAULT_SECRET_DELETED", $"{reference} is deleted.", Retryable: false,
        "Bring it back (vault kv undelete) or write a new version; the change is noticed.")
    { Kind = FailureKind.Refused, IsWithdrawal = true };

    /// <summary>Why a call brought nothing that could be understood, whatever was asked; null when it did.</summary>
    internal static CredentialError? OfTransport(string reference, VaultReply reply) => reply switch
    {
        { Fault: HttpFault.Unreachable } => CredentialErrors.SourceUnavailable(
            reference, $"Vault cannot be reached at {reply.Server}", "Check its address (authorities.vault.address, else VAULT_ADDR), the network and, for https, the certificate authority; it is asked again on its own."),
        { Fault: HttpFault.NoAnswer } => CredentialErrors.SourceUnavailable(reference, "Vault gave no whole answer in time"),
        { Fault: HttpFault.TooLarge } => CredentialErrors.SecretTooLarge(reference, SecretDocument.MaxBytes),
        { IsForeign: true } => SessionErrors.InvalidResponse(reference, "what answers at the address is not Vault"),
        { Status: >= 300 and < 400 } => Standby(reference, $"the node points elsewhere (HTTP {reply.Status}), where no token is carried"),
        { Status: 412 } => Standby(reference, "the node has not yet seen what another has written"),
        { Status: 429 } => SessionErrors.RateLimited(reference, reply.RetryAfter),
        { Status: 472 } => Standby(reference, "the node is a secondary for disasters and serves nobody"),
        { Status: 473 } => Standby(reference, "the node is a standby that does not serve this"),
        { Status: 503, Errors: not null } => Sealed(reference, reply.RetryAfter),
        { Status: 408 or >= 500 } => CredentialErrors.SourceUnavailable(reference, $"Vault failed (HTTP {reply.Status})") with { RetryAfter = reply.RetryAfter },
        _ => null,
    };

    /// <summary>Throws what <see cref="OfTransport"/> finds.</summary>
    internal static VaultReply OrThrow(this VaultReply reply, string reference) =>
        OfTransport(reference, reply) is { } error ? throw new CredentialException(error) : reply;

    /// <summary>An answer of a kind that was not agreed.</summary>
    internal static CredentialError Unexpected(string reference, string what) => SessionErrors.InvalidResponse(reference, what);
}
