using System.Data;
using System.Data.Common;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Databases;

namespace Rekey.Tests.Lifecycle;

/// <summary>
/// A rotation is two variables: which password the database accepts, and what the source returns. A story changes either, lets time pass
/// and lets callers come. Each caller needs a login of its own and keeps its connection to the end, which must never be disturbed.
/// </summary>
internal sealed class TwoVariableStory(Func<string, Secret> plant) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private static readonly RotatingDataSourceOptions Patient = new() { LeakLimit = TimeSpan.FromDays(1) };

    private readonly ManualTimeProvider _time = new();
    private readonly List<DbConnection> _held = [];
    private ManagedCredential<DatabaseCredential>? _credential;
    private RotatingDataSource? _source;
    private Task<DbConnection>? _waiting;
    private int _timersOfWait;

    public ScriptedDatabase Database { get; } = new();

    public ScriptedStore Store { get; } = new();

    /// <summary>What callers fail with.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>The first look at it starts the process.</summary>
    public ManagedCredential<DatabaseCredential> Credential => _credential ??= new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
    {
        Name = "orders",
        Kind = "database",
        Source = Store,
        Verifier = DatabaseVerifier.For(Database),
        Policy = new RefreshPolicy { VerifyAttempts = 1 },
        Time = _time,
        Random = new Random(7),
    });

    /// <summary>The login of a version: which user, and a password of its own.</summary>
    public DatabaseCredential Login(int version, string user) =>
        new() { Engine = "scripted", Database = "orders", UserName = user, Password = plant($"password-{version}") };

    /// <summary>Time passes, and what is due is started as the refresher starts it; a caller that waits does so itself.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        for (var left = span; left > TimeSpan.Zero; left -= Tick)
        {
            _time.Advance(left < Tick ? left : Tick);
            if (_waiting is null)
                Credential.RunDue();
            else
                await SettleAsync(_timersOfWait);
            await Until.True(() => !Credential.IsRefreshing);
        }
    }

    /// <summary>An event comes. Requests are paced, so that it may take its time.</summary>
    public Task HearAsync() => Until.Done(Credential.RefreshAsync(RefreshTrigger.Rotation), _time, Tick);

    /// <summary>A caller comes and is served while no time passes.</summary>
    public async Task OpenAsync(int version)
    {
        var open = Open();
        await Until.True(() => open.IsCompleted);
        Keep(await open, version);
    }

    /// <summary>A caller comes, and there is nothing for it yet.</summary>
    public async Task BeginWaitAsync()
    {
        await ComeAsync();
        await Until.True(() => _waiting!.IsCompleted || (Credential.Active is not { IsRejected: false } && Credential.Status.Failures > 0 && !Credential.IsRefreshing));
        Assert.False(_waiting!.IsCompleted, "it did not have to wait");
    }

    /// <summary>The caller that waits is served in time.</summary>
    public async Task EndWaitAsync(int version, TimeSpan limit) => Keep(await ResultAsync(limit), version);

    /// <summary>The caller that waits, or another one, fails in the end.</summary>
    public async Task FailAsync(string code)
    {
        if (_waiting is null)
            await ComeAsync();
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => ResultAsync(TimeSpan.FromSeconds(15)));
        Failures.Add(failure);
        Assert.Equal(code, (failure as CredentialException)?.Error.Code ?? Database.Classify(failure).ToString());
    }

    public void AssertUndisturbed() => Assert.All(_held, static connection => Assert.Equal(ConnectionState.Open, connection.State));

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _held)
            await connection.DisposeAsync();
        if (_source is not null)
            await Until.Done(_source.DisposeAsync().AsTask(), _time, TimeSpan.FromSeconds(1));
        await Until.Done(Credential.DisposeAsync().AsTask(), _time, TimeSpan.FromSeconds(1));
        await Until.True(() => Credential.Status.Issued == Credential.Status.Ended);
    }

    private Task<DbConnection> Open() => (_source ??= new RotatingDataSource(Credential, Database, Patient)).OpenConnectionAsync().AsTask();

    private void Keep(DbConnection connection, int version)
    {
        _held.Add(connection);
        Assert.Equal($"password-{version}", ((ScriptedConnection)connection).Login!.Password.Reveal());
    }

    // A caller that waits has timers running: for the end of its patience, for the next attempt and for the end of that wait.
    private async Task ComeAsync()
    {
        var before = _time.ArmedTimers;
        _waiting = Open();
        await SettleAsync(before + 3);
        _timersOfWait = _time.ArmedTimers;
    }

    // Whoever has been woken acts before time moves on. A moment at most: not every wait has the same timers.
    private async Task SettleAsync(int timers)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!_waiting!.IsCompleted && (Credential.IsRefreshing || _time.ArmedTimers < timers) && TimeProvider.System.GetElapsedTime(began) < Moment)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
    }

    private async Task<DbConnection> ResultAsync(TimeSpan limit)
    {
        var call = _waiting!;
        for (var passed = TimeSpan.Zero; !call.IsCompleted; passed += Tick)
        {
            // Once there is something to use, nobody waits for time to pass.
            if (Credential.Active is { IsRejected: false } lease && !lease.Term.IsExpired(_time))
                await Until.True(() => call.IsCompleted);
            else
                await PassAsync(Tick);
            Assert.True(passed <= limit, $"nothing came in {limit}");
        }
        _waiting = null;
        return await call;
    }
}

/// <summary>A store of secrets with a current and a pending version, or with nothing but a failure.</summary>
internal sealed class ScriptedStore : CredentialSource<DatabaseCredential>
{
    private int _pendingReads;

    public (int Version, DatabaseCredential Login) Current { get; set; }

    public (int Version, DatabaseCredential Login)? Pending { get; set; }

    /// <summary>What every request is answered with.</summary>
    public CredentialError? Failure { get; set; }

    public int PendingReads => Volatile.Read(ref _pendingReads);

    public override string Reference => "scripted://store";

    public override ValueTask<SourceAnswer<DatabaseCredential>> FetchAsync(FetchRequest<DatabaseCredential> request, CancellationToken cancellationToken) =>
        new(Answer(Current));

    public override ValueTask<SourceAnswer<DatabaseCredential>?> FetchPendingAsync(Lease<DatabaseCredential> refused, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _pendingReads);
        return new(Pending is { } pending ? Answer(pending) : null);
    }

    private SourceAnswer<DatabaseCredential> Answer((int Version, DatabaseCredential Login) version) => Failure is { } failure
        ? throw new CredentialException(failure)
        : new SourceAnswer<DatabaseCredential>(version.Login) { Version = $"{version.Version}" };
}
