namespace Rekey;

/// <summary>Proves a credential at the service it is for: an unpooled login, the caller's identity. Never through a pool in use.</summary>
/// <typeparam name="TCredential">What is proved.</typeparam>
public delegate ValueTask<Verification> CredentialVerifier<in TCredential>(TCredential credential, CancellationToken cancellationToken)
    where TCredential : class, ICredential;

/// <summary>What a verifier found.</summary>
public enum VerificationOutcome
{
    /// <summary>The service accepted the credential.</summary>
    Accepted,

    /// <summary>The service refused the credential: proof that it does not work now.</summary>
    Refused,

    /// <summary>The service could not be asked: nothing is proved either way.</summary>
    Indeterminate,
}

/// <summary>The answer of a verifier.</summary>
/// <param name="Outcome">What was found.</param>
/// <param name="Error">Why, when it was not accepted.</param>
public sealed record Verification(VerificationOutcome Outcome, CredentialError? Error = null)
{
    /// <summary>The service accepted the credential.</summary>
    public static Verification Accepted { get; } = new(VerificationOutcome.Accepted);

    /// <summary>The service refused the credential.</summary>
    public static Verification Refused(CredentialError? error = null) => new(VerificationOutcome.Refused, error);

    /// <summary>The service could not be asked.</summary>
    public static Verification Indeterminate(CredentialError? error = null) => new(VerificationOutcome.Indeterminate, error);
}
