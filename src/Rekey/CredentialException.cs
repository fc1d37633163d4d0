namespace Rekey;

/// <summary>Carries a <see cref="CredentialError"/> to a caller that cannot go on without the credential.</summary>
public sealed class CredentialException : Exception
{
    /// <summary>Wraps <paramref name="error"/>. No inner exception: a third party's text could carry a secret.</summary>
    public CredentialException(CredentialError error)
        : base($"[{error.Code}] {error.Message}") => Error = error;

    /// <summary>What happened, whether trying again helps, and what to do.</summary>
    public CredentialError Error { get; }
}
