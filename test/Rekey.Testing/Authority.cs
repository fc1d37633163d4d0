using System.Collections.Concurrent;

namespace Rekey.Testing;

/// <summary>
/// The two variables of every rotation, apart from each other: what the source returns and what the service accepts. Both can be
/// unreachable, slow, wrong or ahead of one another.
/// </summary>
public sealed class Authority(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, byte> _accepted = new();
    private int _fetching;
    private int _fetches;
    private int _verifications;
    private int _pendingFetches;

    /// <summary>What the source returns.</summary>
    public string Current { get; set; } = "password-1";

    /// <summary>What the source keeps beside it until a rotation is finished; null when it keeps nothing.</summary>
    public string? Pending { get; set; }

    /// <summary>How long a lease lives; null for ever.</summary>
    public TimeSpan? TimeToLive { get; set; }

    public bool IsRenewable { get; set; }

    /// <summary>Names leases, so that they can be revoked.</summary>
    public bool IssuesLeases { get; set; }

    /// <summary>Runs inside each fetch, before the answer: throw, wait, count.</summary>
    public Func<CancellationToken, Task>? OnFetch { get; set; }

    public Func<CancellationToken, Task>? OnVerify { get; set; }

    public Func<Lease<SecretValue>, SourceAnswer<SecretValue>?>? OnRenew { get; set; }

    /// <summary>Runs inside each revocation, before it counts.</summary>
    public Func<Task>? OnRevoke { get; set; }

    public bool IsServiceDown { get; set; }

    public int Fetches => Volatile.Read(ref _fetches);

    public int Verifications => Volatile.Read(ref _verifications);

    public int MostFetchesAtOnce { get; private set; }

    public ConcurrentQueue<string> Refusals { get; } = new();

    public ConcurrentQueue<Lease<SecretValue>> Revoked { get; } = new();

    /// <summary>What must never happen and did.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public ConcurrentBag<string> Proved { get; } = [];

    public Action? Changed { get; set; }

    /// <summary>How often the pending version was asked for.</summary>
    public int PendingFetches => Volatile.Read(ref _pendingFetches);

    public Authority Accept(string password)
    {
        _accepted[password] = 0;
        return this;
    }

    public void Refuse(string password) => _accepted.TryRemove(password, out _);

    public bool Accepts(string password) => _accepted.ContainsKey(password);

    /// <summary>A whole rotation: the service knows the new password alone, and the source returns it.</summary>
    public void Rotate(string password)
    {
        _accepted.Clear();
        Accept(password);
        Current = password;
    }

    public CredentialSource<SecretValue> Source => new ScriptedSource(this, time);

    public CredentialVerifier<SecretValue> Verifier => async (credential, cancellationToken) =>
    {
        Interlocked.Increment(ref _verifications);
        if (OnVerify is { } script)
            await script(cancellationToken);
        if (IsServiceDown)
            return Verification.Indeterminate();
        var password = credential.Value.Reveal();
        if (Accepts(password))
        {
            Proved.Add(password);
            return Verification.Accepted;
        }
        Refusals.Enqueue(password);
        return Verification.Refused();
    };

    private sealed class ScriptedSource(Authority authority, TimeProvider time) : CredentialSource<SecretValue>, ISignIn
    {
        private int _leases;

        public override string Reference => "scripted://authority";

        public override bool CanRevoke => authority.IssuesLeases;

        public override async ValueTask<SourceAnswer<SecretValue>> FetchAsync(FetchRequest<SecretValue> request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref authority._fetches);
            authority.MostFetchesAtOnce = Math.Max(authority.MostFetchesAtOnce, Interlocked.Increment(ref authority._fetching));
            // A fetch whose time is up no longer counts, however slowly it notices.
            var over = 0;
            await using var registration = cancellationToken.Register(End);
            try
            {
                var current = authority.Current; // read before the wait: an answer under way may be older than the news
                var life = authority.TimeToLive;
                if (authority.OnFetch is { } script)
                    await script(cancellationToken);
                return new SourceAnswer<SecretValue>(new SecretValue(new Secret(current)))
                {
                    TimeToLive = life,
                    IsRenewable = authority.IsRenewable,
                    LeaseId = authority.IssuesLeases ? $"lease/{Interlocked.Increment(ref _leases)}" : null,
                };
            }
            finally
            {
                End();
            }

            void End()
            {
                if (Interlocked.Exchange(ref over, 1) == 0)
                    Interlocked.Decrement(ref authority._fetching);
            }
        }

        public override ValueTask<SourceAnswer<SecretValue>?> FetchPendingAsync(Lease<SecretValue> refused, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref authority._pendingFetches);
            return new(authority.Pending is { } pending ? new SourceAnswer<SecretValue>(new SecretValue(new Secret(pending))) : null);
        }

        public override ValueTask<SourceAnswer<SecretValue>?> RenewAsync(Lease<SecretValue> lease, CancellationToken cancellationToken) =>
            new(authority.OnRenew?.Invoke(lease));

        public override async ValueTask RevokeAsync(Lease<SecretValue> lease, CancellationToken cancellationToken)
        {
            if (authority.OnRevoke is { } script)
                await script();
            if (lease.Holds > 0)
                authority.Violations.Enqueue($"lease {lease.Number} was revoked while it was held");
            if (authority.Revoked.Contains(lease))
                authority.Violations.Enqueue($"lease {lease.Number} was revoked twice");
            authority.Revoked.Enqueue(lease);
        }

        public override IDisposable Watch(Action changed)
        {
            authority.Changed += changed;
            return new Ending(() => authority.Changed -= changed);
        }

        public async Task SignInAsync(SignInRequest request, CancellationToken cancellationToken)
        {
            authority.SignIns++;
            authority.OpenedPage = request.OpensPage;
            request.Show(new SignInPrompt(new Uri("https://sign-in.example/device"), "ABCD-EFGH", time.GetUtcNow().AddMinutes(10)));
            await authority.SignedIn.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Counts sign-ins.</summary>
    public int SignIns { get; private set; }

    /// <summary>Whether the last sign-in would have opened its page itself.</summary>
    public bool? OpenedPage { get; private set; }

    /// <summary>Completed by the human of the story.</summary>
    public TaskCompletionSource SignedIn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
