using System.Collections.Concurrent;
using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

/// <summary>
/// One random history of a credential: what the source returns, what the service accepts, both clocks, callers that come and
/// cancel, consumers that fail. After every step the invariants of the lifecycle are checked; in the end everything is healed and
/// the credential must recover by itself, and every lease must be accounted for.
/// </summary>
internal sealed class Simulation
{
    // Ends a history that is stuck. Generous, because the machine may be busy; it times nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Random _random;
    private readonly ManualTimeProvider _time = new();
    private readonly Authority _authority;
    private readonly ManagedCredential<SecretValue> _credential;
    private readonly List<ScriptedConsumer> _consumers = [];
    private readonly List<Lease<SecretValue>> _seen = [];
    private readonly List<LeaseHold> _holds = [];
    private readonly List<Task> _callers = [];
    private readonly List<CancellationTokenSource> _cancels = [];
    private readonly List<string> _story = [];
    private TaskCompletionSource? _hang;
    private int _hanging;
    private int _password = 1;
    private long _highest;
    private bool _mayGoBack;

    public Simulation(int seed)
    {
        _random = new Random(seed);
        _authority = new Authority(_time)
        {
            IssuesLeases = Chance(0.5),
            TimeToLive = Chance(0.6) ? TimeSpan.FromSeconds(_random.Next(5, 4000)) : null,
            OnFetch = MaybeHangAsync,
        };
        _authority.Accept("password-1");
        _credential = new ManagedCredential<SecretValue>(new CredentialOptions<SecretValue>
        {
            Name = "simulated",
            Kind = "value",
            Source = _authority.Source,
            Verifier = _authority.Verifier,
            Policy = new RefreshPolicy { PaceBurst = int.MaxValue, VerifyAttempts = 1, ObserveWindow = TimeSpan.FromSeconds(_random.Next(0, 60)) },
            Time = _time,
            Random = new Random(seed),
        });
        for (var i = _random.Next(0, 3); i > 0; i--)
        {
            var consumer = new ScriptedConsumer($"consumer-{i}");
            _consumers.Add(consumer);
            _credential.Attach(consumer);
        }
    }

    public IReadOnlyList<string> Story => _story;

    public async Task RunAsync(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            var (name, act) = Pick();
            _story.Add(name);
            act();
            await SettleAsync();
            Check();
        }
        await RecoverAsync();
        await EndAsync();
    }

    private (string Name, Action Act) Pick() => _random.Next(24) switch
    {
        0 => ("rotate", () => _authority.Rotate(NewPassword())),
        1 => ("the service changes first", () => Change(service: true, source: false)),
        2 => ("the source changes first", () => Change(service: false, source: true)),
        3 => ("the service learns what the source returns", () => _authority.Accept(_authority.Current)),
        4 => ("source down", () => _authority.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("scripted", "down"))),
        5 => ("source refuses", () => _authority.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceRefused("scripted", "no", "ask"))),
        6 => ("source back", () => _authority.OnFetch = MaybeHangAsync),
        7 => ("source hangs", () => _hang ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)),
        8 => ("source answers", Unhang),
        9 => ("service down", () => _authority.IsServiceDown = true),
        10 => ("service up", () => _authority.IsServiceDown = false),
        11 => ("a consumer fails", () => _consumers.ForEach(static c => c.OnPrepare = static (_, _) => throw new InvalidOperationException())),
        12 => ("consumers recover", () => _consumers.ForEach(static c => c.OnPrepare = null)),
        13 => ("time passes", () => Pass(TimeSpan.FromSeconds(_random.Next(1, 2000)))),
        14 => ("a little time passes", () => Pass(TimeSpan.FromMilliseconds(_random.Next(1, 20000)))),
        15 => ("the laptop sleeps", () => _time.Sleep(TimeSpan.FromMinutes(_random.Next(1, 600)))),
        16 => ("the wall clock is set back", () => _time.JumpWall(TimeSpan.FromMinutes(-_random.Next(1, 90)))),
        17 => ("a call", Call),
        18 => ("a caller cancels", () => Any(_cancels)?.Cancel()),
        19 => ("a refresh by hand", () => _callers.Add(_credential.RefreshAsync(RefreshTrigger.Manual))),
        20 => ("an event", () => _callers.Add(_credential.RefreshAsync(RefreshTrigger.Rotation))),
        21 => ("a rejection", () => _ = Any(_seen) is { } lease && _credential.Reject(lease)),
        22 => ("denials", Deny),
        _ => ("a hold comes or goes", Hold),
    };

    private void Change(bool service, bool source)
    {
        var password = NewPassword();
        if (service)
            _authority.Accept(password);
        if (service && Chance(0.7))
            _authority.Refuse(_authority.Current);
        if (source)
            _authority.Current = password;
    }

    private void Call()
    {
        var cancel = new CancellationTokenSource();
        _cancels.Add(cancel);
        var call = _credential.GetAsync(cancel.Token);
        if (call.IsCompletedSuccessfully)
            AssertUsable(call.Result);
        else
            _callers.Add(call.AsTask());
    }

    private void Deny()
    {
        _mayGoBack = true;
        if (_credential.Active is { } active)
        {
            for (var i = 0; i < 3; i++)
                _credential.ReportForbidden(active);
        }
    }

    private void Hold()
    {
        if (_holds.Count > 0 && Chance(0.5))
        {
            _holds[0].Dispose();
            _holds.RemoveAt(0);
        }
        else if (_credential.Active is { } active && active.TryHold(out var hold))
        {
            _holds.Add(hold!);
        }
    }

    private void Pass(TimeSpan span)
    {
        _time.Advance(span);
        _credential.RunDue();
    }

    private void Unhang()
    {
        var hang = _hang;
        _hang = null;
        hang?.TrySetResult();
    }

    private async Task MaybeHangAsync(CancellationToken cancellationToken)
    {
        if (_hang is not { } hang)
            return;
        Interlocked.Increment(ref _hanging);
        try
        {
            await hang.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
        }
    }

    private Task SettleAsync() => UntilAsync(
        () => !_credential.IsRefreshing || (_hang is not null && Volatile.Read(ref _hanging) > 0), () => "a refresh never ended");

    private static async Task UntilAsync(Func<bool> condition, Func<string> otherwise, Action? meanwhile = null)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !condition(); await Task.Yield())
        {
            Require(TimeProvider.System.GetElapsedTime(began) < Patience, otherwise());
            meanwhile?.Invoke();
        }
    }

    private void Check()
    {
        Require(_authority.Violations.IsEmpty, string.Join(", ", _authority.Violations));
        Require(_authority.MostFetchesAtOnce <= 1, "two fetches at once");
        var status = _credential.Status;
        Require(status.NextAttemptAt is not null || status.Phase is CredentialPhase.NeedsUserAction, "nothing is scheduled");
        if (_credential.Active is not { } active)
        {
            Require(_seen.Count == 0, "a lease was taken away and nothing put in its place");
            return;
        }
        Require(_authority.Proved.Contains(active.Credential.Value.Reveal()), "an unproved lease was published");
        Require(active.Holds > 0, "the active lease is over");
        if (!_seen.Contains(active))
            _seen.Add(active);
        Require(active.Number >= _highest || _mayGoBack, "an older lease came back without a rollback");
        _highest = active.Number;
        if (!active.IsRejected && !active.Term.IsExpired(_time))
        {
            var call = _credential.GetAsync();
            Require(call.IsCompletedSuccessfully, "a usable lease was not served at once");
            AssertUsable(call.Result);
        }
    }

    // The clock stands still between two steps, so what is returned now must be good now.
    private void AssertUsable(Lease<SecretValue> lease) => Require(!lease.Term.IsExpired(_time), "an expired lease was served");

    private async Task RecoverAsync()
    {
        _story.Add("everything is healed");
        _authority.OnFetch = null;
        _authority.IsServiceDown = false;
        _authority.Accept(_authority.Current);
        _consumers.ForEach(static c => c.OnPrepare = null);
        Unhang();
        await UntilAsync(
            () => _credential.Status.Phase is CredentialPhase.Ready && !_credential.IsRefreshing && _callers.TrueForAll(static c => c.IsCompleted),
            () => $"it did not recover by itself: {_credential.Status}",
            () => Pass(TimeSpan.FromSeconds(1)));
        foreach (var caller in _callers)
            Require(caller.IsCompletedSuccessfully || caller.IsCanceled || caller.Exception?.InnerException is CredentialException, "a caller saw a bare exception");
    }

    private async Task EndAsync()
    {
        _holds.ForEach(static h => h.Dispose());
        await _credential.DisposeAsync();
        await UntilAsync(
            () => _credential.Status is { } status && status.Issued == status.Ended && _consumers.TrueForAll(static c => c.OpenPreparations == 0),
            () => $"of {_credential.Status.Issued} leases {_credential.Status.Ended} have ended, or a preparation was neither committed nor aborted");
        Require(_authority.Violations.IsEmpty, string.Join(", ", _authority.Violations));
        foreach (var consumer in _consumers)
        {
            var committed = consumer.Story.Where(static s => s.StartsWith("commit", StringComparison.Ordinal)).Select(static s => s[7..]).ToHashSet();
            var released = consumer.Story.Where(static s => s.StartsWith("release", StringComparison.Ordinal)).Select(static s => s[8..]).ToHashSet();
            Require(committed.IsSubsetOf(released), "a committed lease was never released");
        }
    }

    private string NewPassword() => $"password-{++_password}";

    private bool Chance(double share) => _random.NextDouble() < share;

    private T? Any<T>(List<T> list)
        where T : class => list.Count == 0 ? null : list[_random.Next(list.Count)];

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }
}

public sealed class SimulationTests
{
    private const int Schedules = 10_000;
    private const int Steps = 30;

    [Fact]
    public async Task The_invariants_hold_in_ten_thousand_random_histories()
    {
        var failures = new ConcurrentQueue<(int Seed, string What)>();
        await Parallel.ForEachAsync(Enumerable.Range(1, Schedules), TestContext.Current.CancellationToken, async (seed, _) =>
        {
            if (await FailureOf(seed, Steps) is { } what)
                failures.Enqueue((seed, what));
        });
        if (failures.TryPeek(out var first))
            Assert.Fail($"{failures.Count} of {Schedules} histories failed. Seed {first.Seed}: {await ShrinkAsync(first.Seed) ?? first.What}");
    }

    private static async Task<string?> FailureOf(int seed, int steps)
    {
        var simulation = new Simulation(seed);
        try
        {
            await simulation.RunAsync(steps);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            return $"{e.Message} after: {string.Join(" · ", simulation.Story)}";
        }
    }

    // The same seed with fewer steps is a prefix of the same history: the shortest that fails tells most.
    private static async Task<string?> ShrinkAsync(int seed)
    {
        for (var steps = 1; steps <= Steps; steps++)
        {
            if (await FailureOf(seed, steps) is { } what)
                return what;
        }
        return null;
    }
}
