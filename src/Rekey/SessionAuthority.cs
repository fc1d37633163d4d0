using System.Security.Cryptography;
using System.Text;

namespace Rekey;

/// <summary>
/// Who grants a session that is refreshed by using it. Adapters are dull: one call, one answer; when to ask, what to keep and what to
/// do about a failure is decided by <see cref="SessionSource{TCredential}"/>.
/// </summary>
/// <typeparam name="TCredential">What a session is presented as.</typeparam>
public abstract class SessionAuthority<TCredential>
    where TCredential : class, ICredential
{
    private const int LongestName = 50;
    private const int DigestBytes = 6;

    /// <summary>The name of the authority for people. Never a value.</summary>
    public abstract string Reference { get; }

    /// <summary>
    /// Whose sessions these are: the authority, and who asks it. What is stored under another identity is never shown to this one. Never a
    /// value.
    /// </summary>
    public abstract string Identity { get; }

    /// <summary>
    /// What the record of such a session is called in a store: the credential and whose it is, so that a credential which means another
    /// workspace or issuer by now never meets the session of the former one.
    /// </summary>
    public string RecordOf(string credential)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{credential}\n{Identity}"));
        return $"{(credential.Length <= LongestName ? credential : credential[..LongestName])}.{Convert.ToHexStringLower(digest.AsSpan(0, DigestBytes))}";
    }

    /// <summary>Whether a refresh needs what is configured besides the session itself: a client's secret.</summary>
    public virtual bool NeedsConfigured => true;

    /// <summary>Whether a refresh uses up what it was made with: then a newer state that nobody could prove is still the only one that can be refreshed.</summary>
    public abstract bool SpendsWhatItRefreshes { get; }

    /// <summary>The session that the operator's values begin; null when they begin none and a human signs in. Throws when they cannot be used.</summary>
    public abstract SessionState? Begin(SecretDocument configured);

    /// <summary>What is presented to services; null while the state can only be refreshed.</summary>
    public abstract TCredential? Present(SessionState state);

    /// <summary>Why this session cannot be refreshed at all; null when it can.</summary>
    public virtual CredentialError? WhyNotRefreshable(SessionState state) => null;

    /// <summary>
    /// Asks once for what follows <paramref name="state"/>, bounded in time and size by the adapter itself. The answer is complete: what the
    /// authority did not issue anew is carried over. <paramref name="configured"/> holds what goes with every call: a client's secret.
    /// Throws a <see cref="CredentialException"/> of <see cref="SessionErrors"/>.
    /// </summary>
    public abstract Task<SessionState> RefreshAsync(SessionState state, SecretDocument configured, CancellationToken cancellationToken);

    /// <summary>Asks the service about the credential; null when there is nobody to ask.</summary>
    public virtual ValueTask<Verification?> VerifyAsync(TCredential credential, CancellationToken cancellationToken) => default;

    /// <summary>When the state is to be refreshed although nothing ends it; null when its end alone decides.</summary>
    public virtual DateTimeOffset? DueAt(SessionState state) => null;

    /// <summary>Whether a human can sign in through <see cref="SignInAsync"/>.</summary>
    public virtual bool CanSignIn => false;

    /// <summary>Lets a human sign in and returns the session that began.</summary>
    public virtual Task<SessionState> SignInAsync(SignInRequest request, SecretDocument configured, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
