namespace Rekey;

/// <summary>Where a credential comes from. Adapters are dull: they read, renew, revoke and watch, and keep no state of the lifecycle.</summary>
/// <typeparam name="TCredential">What the source delivers.</typeparam>
public abstract class CredentialSource<TCredential>
    where TCredential : class, ICredential
{
    /// <summary>The reference that names the source, as the operator wrote it. Never a value.</summary>
    public abstract string Reference { get; }

    /// <summary>Whether the content can change while the process runs.</summary>
    public virtual bool CanRotate => true;

    /// <summary>Whether <see cref="RevokeAsync"/> ends a lease at the authority.</summary>
    public virtual bool CanRevoke => false;

    /// <summary>How often to look for a change when nothing announces one. Null leaves it to the policy.</summary>
    public virtual TimeSpan? PollInterval => null;

    /// <summary>The same while <paramref name="lease"/> is in use, where several sources are asked and not all of them answered.</summary>
    public virtual TimeSpan? PollIntervalOf(Lease<TCredential> lease) => PollInterval;

    /// <summary>
    /// Whether something has changed that the credential is made of besides <paramref name="lease"/>. Asked when it is polled while the
    /// lease is not due: that alone is neither extended nor replaced because of a look.
    /// </summary>
    public virtual ValueTask<bool> HasNewsAsync(Lease<TCredential> lease, CancellationToken cancellationToken) => new(false);

    /// <summary>
    /// How long to pause at most between two looks that fail, where a look costs nothing and disturbs nobody. Null leaves it to the
    /// policy, whose pauses grow. A source that is polled several times a minute is such a one, unless it says otherwise.
    /// </summary>
    public virtual TimeSpan? RetryInterval => PollInterval is { TotalMinutes: < 1 } interval ? interval : null;

    /// <summary>
    /// Reads the credential from its authority. Throws <see cref="CredentialException"/> for what the authority said;
    /// <see cref="FailureKind.Unavailable"/> alone lets the next source in order try.
    /// </summary>
    public abstract ValueTask<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken cancellationToken);

    /// <summary>
    /// The version that the authority is about to make its current one, where it keeps such a version. Asked only while the service
    /// refuses the current one; what is answered is verified like everything else. Null when there is none.
    /// </summary>
    public virtual ValueTask<SourceAnswer<TCredential>?> FetchPendingAsync(Lease<TCredential> refused, CancellationToken cancellationToken) => default;

    /// <summary>Extends the same lease. Null when it cannot be extended.</summary>
    public virtual ValueTask<SourceAnswer<TCredential>?> RenewAsync(Lease<TCredential> lease, CancellationToken cancellationToken) => default;

    /// <summary>Ends a lease early. Called only when nothing uses it any longer.</summary>
    public virtual ValueTask RevokeAsync(Lease<TCredential> lease, CancellationToken cancellationToken) => default;

    // Nobody will ever use the lease in such an answer; where it cannot be given back, its time to live ends it. What ended the
    // reading does not end this.
    internal async ValueTask GiveBackAsync(SourceAnswer<TCredential> answer)
    {
        if (!CanRevoke || answer.LeaseId is null)
            return;
        try
        {
            await RevokeAsync(Lease<TCredential>.Unpublished(answer, Reference), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Why the answer is of no use is the news, and it is on its way.
        }
    }

    /// <summary>Calls <paramref name="changed"/> when the content may have changed: a hint to look, no promise. Null when the source announces nothing.</summary>
    public virtual IDisposable? Watch(Action changed) => null;

    /// <summary>What is wrong although it works, and will be found out when it is too late; null when nothing is.</summary>
    public virtual CredentialError? Warning => null;

    /// <summary>The sign-in that a human can do at this source; null where there is none.</summary>
    public virtual ISignIn? SignIn => this as ISignIn;

    /// <summary>How the session stands that this source refreshes by using it; null where it is no such source.</summary>
    public virtual SessionStatus? SessionStatus => null;

    /// <summary>Completes when nothing is under way that must not be cut off: an answer that is the only one of its kind.</summary>
    public virtual Task Settled => Task.CompletedTask;

    /// <summary>The failure that its content cannot be used, under the code by which users of this authority know it.</summary>
    public virtual CredentialError Invalid(CredentialError error) => error;
}

/// <summary>What a fetch may need to know.</summary>
/// <param name="Trigger">Why the source is asked.</param>
/// <param name="Current">The lease in use, if any.</param>
/// <typeparam name="TCredential">What the source delivers.</typeparam>
public sealed record FetchRequest<TCredential>(RefreshTrigger Trigger, Lease<TCredential>? Current)
    where TCredential : class, ICredential
{
    /// <summary>Whether the lease in use is good and comes from the first of several sources: no other one is to take its place.</summary>
    public bool KeepsCurrent { get; init; }

    // When somebody asked for it, so that those who read one thing for the same reason read it once.
    internal long Asked { get; init; } = Sequence.Next();
}

/// <summary>What a source answered.</summary>
/// <param name="Credential">The credential.</param>
/// <typeparam name="TCredential">What the source delivers.</typeparam>
public sealed record SourceAnswer<TCredential>(TCredential Credential)
    where TCredential : class, ICredential
{
    /// <summary>The version as the authority names it.</summary>
    public string? Version { get; init; }

    /// <summary>How long it lives from the moment it was asked for. Zero and less mean that the authority named no end.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>When it ends, by the authority's clock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the authority replaces it, from the moment it was asked for: a time to look, no end.</summary>
    public TimeSpan? ChangesIn { get; init; }

    /// <summary>Whether the authority extends it.</summary>
    public bool IsRenewable { get; init; }

    /// <summary>Whether an extension came back shorter than asked for: the maximum is near and a replacement is due.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The authority's name for the lease, by which it is renewed and revoked.</summary>
    public string? LeaseId { get; init; }

    /// <summary>The parent's lease that the answer was made from, where the source knows it better than who asked.</summary>
    public Lease? StandsOn { get; init; }

    /// <summary>What the end of the parent's lease means for this answer, where the source knows it better than the configuration.</summary>
    public ParentBond? Bond { get; init; }

    /// <summary>Which of several sources answered; the source's own reference otherwise.</summary>
    public string? Source { get; init; }

    /// <summary>Whether an earlier source in order was unavailable.</summary>
    public bool IsFallback { get; init; }

    /// <summary>Whether the source has proved it at the service already.</summary>
    public bool IsVerified { get; init; }

    /// <summary>The same answer about the same secret, read as another kind.</summary>
    public SourceAnswer<TOther> As<TOther>(TOther credential)
        where TOther : class, ICredential => new(credential)
        {
            Version = Version,
            TimeToLive = TimeToLive,
            ExpiresAt = ExpiresAt,
            ChangesIn = ChangesIn,
            IsRenewable = IsRenewable,
            IsTruncated = IsTruncated,
            LeaseId = LeaseId,
            StandsOn = StandsOn,
            Bond = Bond,
            Source = Source,
            IsFallback = IsFallback,
            IsVerified = IsVerified,
        };
}
