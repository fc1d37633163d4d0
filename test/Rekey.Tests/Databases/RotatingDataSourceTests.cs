using System.Data.Common;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Databases;

namespace Rekey.Tests.Databases;

public sealed class RotatingDataSourceTests : LeakCheckedTest
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedDatabase _server = new();
    private DatabaseCredential _secret;
    private int _fetches;
    private TimeSpan? _life;
    private ManagedCredential<DatabaseCredential> _credential = null!;
    private RotatingDataSource _source = null!;

    public RotatingDataSourceTests()
    {
        _secret = Login("app", "password-1");
        _server.SetPassword("app", "password-1");
    }

    private DatabaseCredential Login(string user, string password) =>
        new() { Engine = "scripted", Database = "orders", UserName = user, Password = Plant(password) };

    private void Make(RefreshPolicy? policy = null, RotatingDataSourceOptions? options = null)
    {
        _credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = new Store(this),
            Verifier = DatabaseVerifier.For(_server),
            Policy = policy ?? new RefreshPolicy { PaceBurst = 1000 },
            Time = _time,
            Logger = Logger,
        });
        _source = new RotatingDataSource(_credential, _server, options, Logger);
    }

    /// <summary>The whole of a rotation: the server has the new password and the store returns it.</summary>
    private async Task Rotate(string user, string password)
    {
        _server.SetPassword(user, password);
        _secret = Login(user, password);
        await _credential.RefreshAsync(RefreshTrigger.Rotation);
    }

    private void EndObservation()
    {
        _time.Advance(_credential.Policy.ObserveWindow);
        _credential.RunDue();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_credential is not null)
        {
            await Until.Done(_source.DisposeAsync().AsTask(), _time, TimeSpan.FromSeconds(1));
            await Until.Done(_credential.DisposeAsync().AsTask(), _time, TimeSpan.FromSeconds(1));
            await Until.True(() => _server.Pools.All(p => p.Disposals == 1), _time, TimeSpan.FromSeconds(5));
        }
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_is_opened_on_the_credential_and_its_pool_is_reused()
    {
        Make();

        await using (await _source.OpenConnectionAsync())
        {
        }
        await using (await _source.OpenConnectionAsync())
        {
        }

        Assert.Single(_server.Pools);
        Assert.Equal(1, _fetches);
        Assert.Empty(Observe(_source.ConnectionString));
    }

    [Fact]
    public async Task An_open_transaction_ends_on_the_generation_it_began_in()
    {
        Make();
        var held = await _source.OpenConnectionAsync();
        var old = _server.Pools.Single();

        await Rotate("app", "password-2");
        EndObservation();

        Assert.Equal(System.Data.ConnectionState.Open, held.State);
        Assert.False(old.IsDisposed);
        await held.DisposeAsync();
        await Until.True(() => old.IsDisposed && _source.Generations == 1);
    }

    [Fact]
    public async Task A_new_user_name_brings_a_new_pool_and_the_old_user_stays_usable_until_it_is_drained()
    {
        Make();
        var held = await _source.OpenConnectionAsync();

        await Rotate("app_clone", "password-2");

        await using var fresh = await _source.OpenConnectionAsync();
        Assert.Equal("app_clone", _server.Pools.Last().Credential.UserName);
        Assert.Equal(System.Data.ConnectionState.Open, held.State);
        await held.DisposeAsync();
    }

    [Fact]
    public async Task An_open_that_is_refused_waits_for_the_next_version_and_the_caller_notices_nothing()
    {
        Make();
        var busy = await _source.OpenConnectionAsync();
        _server.SetPassword("app", "password-2");
        _secret = Login("app", "password-2"); // no event: only the refusal tells

        await using var connection = await _source.OpenConnectionAsync();

        Assert.Equal(2, _server.Pools.Count);
        Assert.Equal(2, _fetches);
        await busy.DisposeAsync();
    }

    [Fact]
    public async Task In_a_single_user_window_open_connections_serve_on_and_the_old_password_is_hardly_presented()
    {
        Make();
        var held = new List<DbConnection>();
        for (var i = 0; i < 3; i++)
            held.Add(await _source.OpenConnectionAsync());
        _server.SetPassword("app", "password-2"); // the store still returns the old one

        var waiting = Enumerable.Range(0, 50).Select(_ => _source.OpenConnectionAsync().AsTask()).ToList();
        await Until.True(() => _credential.Active!.IsRejected);
        _time.Advance(TimeSpan.FromSeconds(1));
        await held[0].DisposeAsync(); // what comes back serves the next in the queue
        var first = await await Task.WhenAny(waiting);
        Assert.Equal(System.Data.ConnectionState.Open, first.State);
        Assert.Single(_server.Pools);
        // At most the opens that were under way together, and a few verifications.
        Assert.InRange(_server.RefusedLogins.Count, 1, 55);
        var refused = _server.RefusedLogins.Count;
        _time.Advance(TimeSpan.FromSeconds(1));

        _secret = Login("app", "password-2");
        var connections = await Until.Done(Task.WhenAll(waiting), _time, TimeSpan.FromMilliseconds(100));
        Assert.InRange(_server.RefusedLogins.Count, refused, refused + 2);
        foreach (var connection in connections.Concat(held))
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_closed_gate_keeps_later_logins_with_a_refused_password_from_the_server()
    {
        Make();
        await (await _source.OpenConnectionAsync()).DisposeAsync();
        var one = await _source.OpenConnectionAsync();
        _server.SetPassword("app", "password-2");
        var waiting = _source.OpenConnectionAsync().AsTask();
        await Until.True(() => _credential.Active!.IsRejected && !_credential.IsRefreshing);
        var refused = _server.RefusedLogins.Count;

        var more = Enumerable.Range(0, 40).Select(_ => _source.OpenConnectionAsync().AsTask()).ToArray();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(refused, _server.RefusedLogins.Count);

        _secret = Login("app", "password-2");
        foreach (var connection in await Until.Done(Task.WhenAll(more.Append(waiting)), _time, TimeSpan.FromMilliseconds(100)))
            await connection.DisposeAsync();
        await one.DisposeAsync();
    }

    [Fact]
    public async Task When_no_newer_version_comes_an_open_fails_in_time_and_says_why()
    {
        Make();
        await (await _source.OpenConnectionAsync()).DisposeAsync();
        var held = await _source.OpenConnectionAsync();
        _server.DropUser("app");

        var open = Until.Done(_source.OpenConnectionAsync().AsTask(), _time, TimeSpan.FromMilliseconds(500));
        var error = Observe(await Assert.ThrowsAsync<CredentialException>(() => open)).Error;

        Assert.Equal("CREDENTIAL_REJECTED", error.Code);
        Assert.True(error.Retryable);
        await held.DisposeAsync();
    }

    [Fact]
    public async Task Warming_backs_off_when_the_server_is_full_and_the_swap_is_still_right()
    {
        Make();
        var held = new List<DbConnection>();
        for (var i = 0; i < 4; i++)
            held.Add(await _source.OpenConnectionAsync());
        _server.Capacity = 6;

        await Rotate("app", "password-2");

        Assert.Equal(2, _credential.Active!.Number);
        await using var connection = await _source.OpenConnectionAsync();
        foreach (var old in held)
            await old.DisposeAsync();
    }

    [Fact]
    public async Task A_permission_that_the_new_login_lacks_brings_the_previous_pool_back()
    {
        Make();
        await (await _source.OpenConnectionAsync()).DisposeAsync();
        await Rotate("app_clone", "password-2");

        for (var i = 0; i < 3; i++)
        {
            await using var connection = await _source.OpenConnectionAsync();
            _source.ReportFailure(connection, new ScriptedDbException(DatabaseFailure.PermissionDenied));
        }

        await Until.True(() => _credential.Active!.Number == 1 && !_credential.IsRefreshing);
        await using var back = await _source.OpenConnectionAsync();
        Assert.Equal(2, _server.Pools.Count);
        await Until.True(() => _server.Pools.Last().IsDisposed);
        Assert.False(_server.Pools.First().IsDisposed);
    }

    [Fact]
    public async Task A_login_that_was_removed_under_its_sessions_is_replaced_and_its_pool_evicted()
    {
        Make();
        await (await _source.OpenConnectionAsync()).DisposeAsync();
        _server.DropUser("app");
        _server.SetPassword("next", "password-2");
        _secret = Login("next", "password-2");

        await using (var connection = await _source.OpenConnectionAsync()) // an idle session of the removed user
            _source.ReportFailure(connection, new ScriptedDbException(DatabaseFailure.LoginRemoved));

        await Until.True(() => _credential.Active!.Credential.UserName == "next");
        await Until.True(() => _server.Pools.First().IsDisposed);
    }

    [Fact]
    public async Task A_connection_that_is_never_given_back_is_closed_by_force_in_the_end_and_counted()
    {
        Make();
        var leaked = await _source.OpenConnectionAsync();
        await Rotate("app", "password-2");
        EndObservation();
        var old = _server.Pools.First();

        await Until.True(() => old.IsDisposed, _time, TimeSpan.FromSeconds(30));

        Assert.Equal(System.Data.ConnectionState.Closed, leaked.State);
        Assert.Equal(1, _source.ForcedCloses);
        await Until.True(() => _source.Generations == 1);
    }

    [Fact]
    public async Task A_long_query_is_not_cut_at_the_drain_limit_while_its_login_is_good()
    {
        _life = TimeSpan.FromHours(1);
        Make();
        var held = await _source.OpenConnectionAsync();
        await Rotate("app", "password-2");
        EndObservation();

        await Until.True(() => _time.ArmedTimers > 0);
        _time.Advance(_credential.Policy.DrainLimit + TimeSpan.FromSeconds(1));

        Assert.Equal(System.Data.ConnectionState.Open, held.State);
        Assert.Equal(0, _source.ForcedCloses);
        await held.DisposeAsync();
    }

    [Fact]
    public async Task Quick_rotations_keep_a_bounded_chain_of_pools_and_drain_the_oldest_first()
    {
        Make(new RefreshPolicy { PaceBurst = 1000, ObserveWindow = TimeSpan.Zero });
        var held = new List<DbConnection>();
        for (var i = 2; i <= 4; i++)
        {
            held.Add(await _source.OpenConnectionAsync());
            await Rotate("app", $"password-{i}");
        }
        held.Add(await _source.OpenConnectionAsync());

        _server.SetPassword("app", "password-5");
        _secret = Login("app", "password-5");
        var fifth = _credential.RefreshAsync(RefreshTrigger.Rotation);
        await Until.True(() => _fetches == 5);
        Assert.False(fifth.IsCompleted); // three pools drain already: the next swap waits for the oldest
        await held[0].DisposeAsync();

        Assert.IsType<RefreshResult.Refreshed>(await fifth);
        Assert.True(_server.Pools.First().IsDisposed);
        Assert.InRange(_source.Generations, 2, 4);
        foreach (var connection in held)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_is_opened_again_is_counted_again()
    {
        Make();
        await using var connection = _source.CreateConnection();
        await connection.OpenAsync();
        await connection.CloseAsync();
        await connection.OpenAsync();

        await Rotate("app", "password-2");
        EndObservation();

        Assert.False(_server.Pools.First().IsDisposed);
        await connection.CloseAsync();
        await Until.True(() => _server.Pools.First().IsDisposed);
    }

    [Fact]
    public async Task A_connection_that_was_being_opened_at_the_swap_never_enters_the_new_pool()
    {
        Make(new RefreshPolicy { PaceBurst = 1000, ObserveWindow = TimeSpan.Zero });
        await using var held = await _source.OpenConnectionAsync();
        using var network = new ManualResetEventSlim();
        var underWay = new TaskCompletionSource();
        _server.OnLogin = () =>
        {
            underWay.SetResult();
            network.Wait();
        };
        var slow = Task.Run(async () => await _source.OpenConnectionAsync());
        await underWay.Task;
        _server.OnLogin = null;
        _server.SetPassword("app_clone", "password-2");
        _secret = Login("app_clone", "password-2");
        await _credential.RefreshAsync(RefreshTrigger.Rotation);

        network.Set();
        var late = await slow;
        var (old, current) = (_server.Pools.First(), _server.Pools.Last());
        await late.DisposeAsync();

        Assert.Equal(1, current.Idle); // the one it was warmed with
        Assert.Equal("app_clone", current.Credential.UserName);
        Assert.Equal(1, old.Idle);
    }

    [Fact]
    public async Task A_candidate_is_proved_outside_every_pool_so_that_a_bad_one_touches_none()
    {
        Make();
        await (await _source.OpenConnectionAsync()).DisposeAsync();
        _secret = Login("app", "password-wrong");

        await _credential.RefreshAsync(RefreshTrigger.Rotation);

        Assert.Single(_server.Pools);
        Assert.Single(_server.RefusedLogins);
        await using var connection = await _source.OpenConnectionAsync();
    }

    [Fact]
    public async Task Openers_and_rotations_at_once_lose_no_connection_and_no_pool()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        Make(new RefreshPolicy { PaceBurst = 100_000, ObserveWindow = TimeSpan.Zero });
        using var stop = new CancellationTokenSource();
        var opened = 0;
        var workers = Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            var random = new Random(seed + w);
            while (!stop.IsCancellationRequested)
            {
                await using var connection = await _source.OpenConnectionAsync();
                Assert.Equal(System.Data.ConnectionState.Open, connection.State);
                for (var i = random.Next(20); i > 0; i--)
                    await Task.Yield();
                Interlocked.Increment(ref opened);
            }
        })).ToArray();

        for (var i = 2; i < 200; i++)
            await Rotate(i % 2 == 0 ? "app" : "app_clone", $"password-{i}");
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        Assert.True(opened > 0, $"seed {seed}");
        await Until.True(() => _source.Generations == 1);
        Assert.Equal(1, _server.Pools.Count(p => !p.IsDisposed));
        Assert.Equal(0, _source.ForcedCloses);
        Assert.Equal(_server.Pools.Single(p => !p.IsDisposed).Idle, _server.Sessions);
    }

    private sealed class Store(RotatingDataSourceTests test) : CredentialSource<DatabaseCredential>
    {
        public override string Reference => "scripted://store";

        public override ValueTask<SourceAnswer<DatabaseCredential>> FetchAsync(FetchRequest<DatabaseCredential> request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref test._fetches);
            return new(new SourceAnswer<DatabaseCredential>(test._secret) { TimeToLive = test._life });
        }
    }
}
