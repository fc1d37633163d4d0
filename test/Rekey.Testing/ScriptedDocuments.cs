using System.Collections.Concurrent;

namespace Rekey.Testing;

/// <summary>A source of documents that does what a test says, for sources that stand on others.</summary>
public sealed class ScriptedDocuments : CredentialSource<SecretDocument>
{
    private Action? _changed;
    private int _fetches;

    public ScriptedDocuments(string reference = "scripted://documents") => Reference = reference;

    /// <summary>A source in one of the situations of the contract, with a document of the given shape.</summary>
    public static ScriptedDocuments In(Situation situation, Secret value, Func<Secret, SecretDocument> shape) => new()
    {
        OnFetch = situation switch
        {
            Situation.Present => Answers(shape(value)),
            Situation.Missing => Throws(CredentialErrors.SourceUnavailable("scripted://documents", "nothing here")),
            Situation.Unreachable => Throws(CredentialErrors.SourceUnavailable("scripted://documents", "no answer")),
            Situation.Forbidden => Throws(CredentialErrors.SourceRefused("scripted://documents", "no right to read", "Grant it.")),
            Situation.Empty => Answers(SecretDocument.FromText(default)),
            Situation.Garbage => Answers(SecretDocument.FromText(new Secret($$"""{"half":"{{value.Reveal()}}"""))),
            Situation.Oversized => Throws(CredentialErrors.SecretTooLarge("scripted://documents", SecretDocument.MaxBytes)),
            Situation.Hanging => Hangs,
            Situation.Expired => _ => Task.FromResult(new SourceAnswer<SecretDocument>(shape(value)) { ExpiresAt = DateTimeOffset.UnixEpoch }),
            _ => throw new ArgumentOutOfRangeException(nameof(situation)),
        },
    };

    public override string Reference { get; }

    public override TimeSpan? PollInterval => Every;

    /// <summary>How often it wants to be looked at.</summary>
    public TimeSpan? Every { get; init; }

    public override bool CanRevoke => Revoked is not null;

    /// <summary>Runs as each fetch.</summary>
    public Func<CancellationToken, Task<SourceAnswer<SecretDocument>>> OnFetch { get; set; } = Hangs;

    public Func<Lease<SecretDocument>, SourceAnswer<SecretDocument>?> OnRenew { get; set; } = static _ => null;

    /// <summary>Collects what is given back; null for a source that cannot revoke.</summary>
    public ConcurrentQueue<Lease<SecretDocument>>? Revoked { get; init; }

    public int Fetches => Volatile.Read(ref _fetches);

    public int Watchers => _changed?.GetInvocationList().Length ?? 0;

    public static Func<CancellationToken, Task<SourceAnswer<SecretDocument>>> Answers(SecretDocument document) =>
        _ => Task.FromResult(new SourceAnswer<SecretDocument>(document));

    public static Func<CancellationToken, Task<SourceAnswer<SecretDocument>>> Throws(CredentialError error) =>
        _ => throw new CredentialException(error);

    public void Announce() => _changed?.Invoke();

    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _fetches);
        cancellationToken.ThrowIfCancellationRequested();
        return await OnFetch(cancellationToken);
    }

    public override ValueTask<SourceAnswer<SecretDocument>?> RenewAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken) =>
        new(OnRenew(lease));

    public override ValueTask RevokeAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken)
    {
        Revoked!.Enqueue(lease);
        return default;
    }

    public override IDisposable Watch(Action changed)
    {
        _changed += changed;
        return new Ending(() => _changed -= changed);
    }

    private static async Task<SourceAnswer<SecretDocument>> Hangs(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("A hang has no end of its own.");
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
