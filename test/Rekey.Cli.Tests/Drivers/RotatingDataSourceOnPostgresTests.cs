using System.Collections.Concurrent;
using Rekey.Cli.Drivers;
using Rekey.Cli.Drivers.Postgres;
using Rekey.Cli.Tests.Drivers.Postgres;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Drivers;

/// <summary>The whole chain on a real server: source, managed credential, rotating pool, driver.</summary>
public sealed class RotatingDataSourceOnPostgresTests : PostgresTest
{
    private const int Rotations = 30;
    private const int Workers = 8;

    private ManagedCredential<DatabaseCredential>? _credential;
    private RotatingDataSource _source = null!;

    private RotatingDataSource Make(LoginSource store, RefreshPolicy? policy = null, IDatabaseDriver? driver = null)
    {
        _credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = store,
            Verifier = DatabaseVerifier.For(DatabaseDrivers.All),
            Policy = policy ?? new RefreshPolicy { PaceBurst = 1000 },
            Logger = Logger,
        });
        return _source = new RotatingDataSource(_credential, driver ?? DatabaseDrivers.All, logger: Logger);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_credential is not null)
        {
            await _source.DisposeAsync();
            await _credential.DisposeAsync();
        }
        await base.DisposeAsync();
    }

    private async Task RefreshAsync() =>
        Assert.IsType<RefreshResult.Refreshed>(await _credential!.RefreshAsync(RefreshTrigger.Rotation));

    private void AssertNothingFailed(QueryLoad load)
    {
        foreach (var failure in load.FailedOpens.Concat(load.FailedQueries))
            Observe(failure);
        Assert.Empty(load.FailedOpens);
        Assert.Empty(load.FailedQueries);
        Assert.Equal(0, _source.ForcedCloses);
    }

    [Fact]
    public async Task A_password_that_changes_over_and_over_fails_no_query()
    {
        var login = await NewLoginAsync();
        var store = new LoginSource(login);
        await using var load = new QueryLoad(Make(store), Workers);
        await load.MoreAsync(Workers);

        for (var i = 0; i < Rotations; i++)
        {
            login = login with { Password = Plant(PostgresServer.NewPassword()) };
            await Server.SetPasswordAsync(login.UserName, login.Password.Reveal());
            store.Current = login;
            await RefreshAsync();
            await load.MoreAsync(Workers);
        }
        await load.StopAsync();

        AssertNothingFailed(load);
        TestContext.Current.SendDiagnosticMessage("{0} answers, {1} refused logins", load.Answers, await Server.RefusedLoginsAsync(login.UserName));
    }

    [Fact]
    public async Task A_waiter_at_an_exhausted_pool_is_served_through_the_swap_and_leaks_nothing()
    {
        var (old, next) = (await NewLoginAsync(), await NewLoginAsync());
        var store = new LoginSource(old);
        Make(store, new RefreshPolicy { ObserveWindow = TimeSpan.Zero }, new PostgresDriver(maxPoolSize: 2));
        var (first, second) = (await _source.OpenConnectionAsync(), await _source.OpenConnectionAsync());
        var waiter = _source.OpenConnectionAsync().AsTask();

        store.Current = next;
        await RefreshAsync();

        await using (await waiter)
            Assert.Equal(2, await Server.SessionsAsync(old.UserName)); // both are still out: it was served by the new pool
        await first.DisposeAsync();
        await second.DisposeAsync();
        await Until.True(() => _source.Generations == 1);
        await Until.True(() => Server.SessionsAsync(old.UserName).GetAwaiter().GetResult() == 0);
    }

    [Fact]
    public async Task Two_users_that_take_turns_fail_no_query_and_no_login()
    {
        DatabaseCredential[] users = [await NewLoginAsync(), await NewLoginAsync()];
        var store = new LoginSource(users[0]);
        await using var load = new QueryLoad(Make(store), Workers);
        await load.MoreAsync(Workers);

        for (var i = 1; i <= Rotations; i++)
        {
            var next = users[i % 2] = users[i % 2] with { Password = Plant(PostgresServer.NewPassword()) };
            await Server.SetPasswordAsync(next.UserName, next.Password.Reveal());
            store.Current = next;
            await RefreshAsync();
            await load.MoreAsync(Workers);
        }
        await load.StopAsync();

        AssertNothingFailed(load);
        Assert.Equal(0, await Server.RefusedLoginsAsync(users[0].UserName) + await Server.RefusedLoginsAsync(users[1].UserName));
    }

    [Fact]
    public async Task A_role_of_its_own_for_every_lease_is_dropped_when_nothing_uses_it_and_never_before()
    {
        var issued = new ConcurrentQueue<string>();
        var usedWhenRevoked = new ConcurrentQueue<string>();
        var store = new LoginSource(await NewLoginAsync())
        {
            Issue = async () =>
            {
                var login = await NewLoginAsync();
                issued.Enqueue(login.UserName);
                return login;
            },
            Revoke = async lease =>
            {
                var role = lease.Credential.UserName;
                if (await Server.ScalarAsync($"select true from pg_stat_activity where usename = '{role}' and state = 'active'") is not null)
                    usedWhenRevoked.Enqueue(role);
                await Server.DropRoleAsync(role);
            },
        };
        var policy = new RefreshPolicy { PaceBurst = 1000, ObserveWindow = TimeSpan.Zero, RevokeTimeout = TimeSpan.FromSeconds(20) };
        await using var load = new QueryLoad(Make(store, policy), Workers);
        await load.MoreAsync(Workers);

        for (var i = 0; i < Rotations; i++)
        {
            await RefreshAsync();
            await load.MoreAsync(Workers);
        }
        await load.StopAsync();

        AssertNothingFailed(load);
        Assert.Empty(usedWhenRevoked);
        await _source.DisposeAsync();
        await _credential!.DisposeAsync();
        var names = string.Join(", ", issued.Select(static r => $"'{r}'"));
        Assert.Equal(Rotations + 1, issued.Count);
        Assert.Equal(0L, await Server.ScalarAsync($"select count(*) from pg_roles where rolname in ({names})"));
    }

    [Fact]
    public async Task While_the_store_lags_behind_the_server_opens_wait_and_the_old_password_is_hardly_presented()
    {
        var login = await NewLoginAsync();
        var store = new LoginSource(login);
        await using var load = new QueryLoad(Make(store), 2);
        await load.MoreAsync(10);
        var next = login with { Password = Plant(PostgresServer.NewPassword()) };

        await Server.SetPasswordAsync(login.UserName, next.Password.Reveal());
        load.Add(Workers - 2); // they need new connections, and the old password opens none
        await Until.True(() => _credential!.Active!.IsRejected);
        var served = load.Answers;
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System); // the store is late by so much
        Assert.True(load.Answers > served, "The connections that were open did not serve on.");
        store.Current = next;
        await Until.True(() => !_credential!.Active!.IsRejected);
        await load.MoreAsync(Workers * 10);
        await load.StopAsync();

        AssertNothingFailed(load);
        // One for each worker that was on its way when the first was refused, and the verifications between.
        Assert.InRange(await Server.RefusedLoginsAsync(login.UserName), 1, Workers + 2);
    }

    [Fact]
    public async Task When_the_rotation_also_ends_the_sessions_only_the_queries_in_them_fail()
    {
        var login = await NewLoginAsync();
        var store = new LoginSource(login);
        await using var load = new QueryLoad(Make(store), Workers);
        await load.MoreAsync(Workers * 2);
        var next = login with { Password = Plant(PostgresServer.NewPassword()) };

        await Server.SetPasswordAsync(login.UserName, next.Password.Reveal());
        await Server.TerminateAsync(login.UserName);
        await Until.True(() => _credential!.Active!.IsRejected);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System); // the store is late by so much
        store.Current = next;
        await load.MoreAsync(Workers * 10);
        await load.StopAsync();

        Assert.Empty(load.FailedOpens);
        Assert.InRange(load.FailedQueries.Count, 1, Workers);
        Assert.All(load.FailedQueries, e => Assert.Equal(DatabaseFailure.SessionEnded, Driver.Classify(Observe(e))));
        Assert.InRange(await Server.RefusedLoginsAsync(login.UserName), 1, Workers + 2);
    }

    [Fact]
    public async Task A_role_that_was_dropped_is_replaced_when_a_transaction_notices()
    {
        var login = await NewLoginAsync();
        var store = new LoginSource(login);
        var source = Make(store);
        await using (await source.OpenConnectionAsync())
        {
        }
        var next = store.Current = await NewLoginAsync();
        await Server.DropRoleAsync(login.UserName);

        await using (var stale = await source.OpenConnectionAsync())
        {
            var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
                await Driver.BeginReadOnlyAsync(stale, TimeSpan.FromSeconds(5), CancellationToken.None));
            source.ReportFailure(stale, Observe(failure));
        }

        await Until.True(() => _credential!.Active!.Credential.UserName == next.UserName);
        await using var fresh = await source.OpenConnectionAsync();
        Assert.Equal(next.UserName, await ScalarAsync(fresh, "select current_user"));
    }
}
