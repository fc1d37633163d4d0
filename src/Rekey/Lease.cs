namespace Rekey;

/// <summary>A credential with its version and its end, and a count of who uses it.</summary>
public abstract class Lease
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LeaseTerm _term;
    private volatile bool _rejected;
    private LeaseHold? _parentHold;
    private int _holds = 1; // the owner's own; the lease is over when it reaches zero

    private protected Lease(long number, LeaseTerm term, string version, string fingerprint, string source)
    {
        Number = number;
        _term = term;
        Version = version;
        Fingerprint = fingerprint;
        Source = source;
    }

    /// <summary>Counts up with every lease of one credential in this process.</summary>
    public long Number { get; }

    /// <summary>The version as the source names it, or the fingerprint where it names none.</summary>
    public string Version { get; }

    /// <summary>A name for the content that is safe to print.</summary>
    public string Fingerprint { get; }

    /// <summary>Which source answered.</summary>
    public string Source { get; }

    /// <summary>When it was issued, and when it ends. A renewal replaces it.</summary>
    public LeaseTerm Term => _term;

    /// <summary>Whether a verifier proved it before it was published.</summary>
    public bool IsVerified { get; internal set; }

    /// <summary>Whether a service refused it.</summary>
    public bool IsRejected => _rejected;

    /// <summary>Completes when nothing uses the lease any longer.</summary>
    public Task Released => _released.Task;

    /// <summary>How many hold it, its owner included.</summary>
    public int Holds => Volatile.Read(ref _holds);

    /// <summary>Takes part in the lease's life. False when the lease is already over: it can never come back.</summary>
    public bool TryHold(out LeaseHold? hold)
    {
        var holds = Volatile.Read(ref _holds);
        while (holds > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holds, holds + 1, holds);
            if (seen == holds)
            {
                hold = new LeaseHold(this);
                return true;
            }
            holds = seen;
        }
        hold = null;
        return false;
    }

    /// <summary>The authority's name for it, by which it is renewed and revoked.</summary>
    public string? LeaseId { get; internal init; }

    /// <summary>How long the authority gave it at first, whatever it stands on; null when it named no end.</summary>
    public TimeSpan? Granted { get; internal init; }

    /// <summary>The lease that this one dies with, if it stands on one.</summary>
    public Lease? Parent { get; private set; }

    internal bool IsFresh(TimeProvider time) => !_rejected && _term.IsFresh(time);

    internal void Extend(LeaseTerm term) => _term = term;

    internal void MarkRejected(bool rejected) => _rejected = rejected;

    /// <summary>Ties the lease to its parent, which is not revoked before it.</summary>
    internal void StandOn(Lease parent)
    {
        if (Parent == parent)
            return;
        Parent = parent;
        parent.TryHold(out var hold);
        Interlocked.Exchange(ref _parentHold, hold)?.Dispose();
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _holds) == 0)
            _released.TrySetResult();
    }

    /// <summary>Lets the parent end. Revoked together with it, nobody could tell whether the lease was given back.</summary>
    internal void LeaveParent() => Interlocked.Exchange(ref _parentHold, null)?.Dispose();
}

/// <summary>A lease on a credential of one kind.</summary>
/// <typeparam name="TCredential">What is presented to the service.</typeparam>
public sealed class Lease<TCredential> : Lease
    where TCredential : class, ICredential
{
    internal Lease(TCredential credential, long number, LeaseTerm term, string version, string fingerprint, string source)
        : base(number, term, version, fingerprint, source) => Credential = credential;

    /// <summary>What is presented to the service. It never changes within one lease, so a pair cannot tear.</summary>
    public TCredential Credential { get; }

    /// <summary>The same lease as a source beneath a reading one knows it: over the document, or over what is read from it.</summary>
    internal Lease<TOther> Over<TOther>(TOther credential)
        where TOther : class, ICredential
    {
        var same = new Lease<TOther>(credential, Number, Term, Version, Fingerprint, Source) { LeaseId = LeaseId, Granted = Granted };
        if (Holds == 0)
            same.Release();
        return same;
    }

    /// <summary>A lease that nobody will use, made only to be given back.</summary>
    internal static Lease<TCredential> Unpublished(SourceAnswer<TCredential> answer, string source)
    {
        var lease = new Lease<TCredential>(
            answer.Credential, number: 0, new LeaseTerm(default, expires: null, due: null), answer.Version ?? string.Empty,
            fingerprint: string.Empty, answer.Source ?? source)
        { LeaseId = answer.LeaseId };
        lease.Release();
        return lease;
    }
}

/// <summary>One use of a lease. Disposing it twice counts once.</summary>
public sealed class LeaseHold : IDisposable
{
    private Lease? _lease;

    internal LeaseHold(Lease lease) => _lease = lease;

    /// <summary>Ends this use.</summary>
    public void Dispose() => Interlocked.Exchange(ref _lease, null)?.Release();
}
