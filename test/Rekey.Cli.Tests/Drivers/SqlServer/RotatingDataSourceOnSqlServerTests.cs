using Rekey.Cli.Drivers;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Tds;

namespace Rekey.Cli.Tests.Drivers.SqlServer;

/// <summary>The whole chain with the real driver: source, managed credential, rotating pool, SqlClient and its pools.</summary>
public sealed class RotatingDataSourceOnSqlServerTests : SqlServerTest
{
    private const int Rotations = 30;
    private const int Workers = 8;

    private ManagedCredential<DatabaseCredential>? _credential;
    private RotatingDataSource _source = null!;

    public RotatingDataSourceOnSqlServerTests() => Server.On("^select work$", static async (_, token) =>
    {
        await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, token);
        return TdsTable.Of(1);
    });

    private RotatingDataSource Make(LoginSource store)
    {
        _credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = store,
            Verifier = DatabaseVerifier.For(DatabaseDrivers.All),
            Policy = new RefreshPolicy { PaceBurst = 1000 },
            Logger = Logger,
        });
        return _source = new RotatingDataSource(_credential, DatabaseDrivers.All, logger: Logger);
    }

    private QueryLoad Load(LoginSource store, int workers = Workers) => new(Make(store), workers, "select work");

    public override async ValueTask DisposeAsync()
    {
        if (_credential is not null)
        {
            await _source.DisposeAsync();
            await _credential.DisposeAsync();
            await Until.True(() => Server.OpenConnections == 0); // no generation leaves a session behind
        }
        await base.DisposeAsync();
    }

    private async Task RefreshAsync() =>
        Assert.IsType<RefreshResult.Refreshed>(await _credential!.RefreshAsync(RefreshTrigger.Rotation));

    private DatabaseCredential Rotate(DatabaseCredential login)
    {
        var next = login with { Password = NewPassword() };
        Server.SetPassword(login.UserName, next.Password.Reveal());
        return next;
    }

    private void AssertNothingFailed(QueryLoad load)
    {
        foreach (var failure in load.FailedOpens.Concat(load.FailedQueries))
            Observe(failure);
        Assert.Empty(load.FailedOpens);
        Assert.Empty(load.FailedQueries);
        Assert.Equal(0, _source.ForcedCloses);
    }

    [Theory]
    [InlineData(TdsEncryption.None)]
    [InlineData(TdsEncryption.Full)]
    public async Task A_password_that_changes_over_and_over_fails_no_query(TdsEncryption encryption)
    {
        Server.Encryption = encryption;
        var login = NewLogin() with { TrustServerCertificate = true };
        var store = new LoginSource(login);
        await using var load = Load(store);
        await load.MoreAsync(Workers);

        for (var i = 0; i < Rotations; i++)
        {
            store.Current = login = Rotate(login);
            await RefreshAsync();
            await load.MoreAsync(Workers);
        }
        await load.StopAsync();

        AssertNothingFailed(load);
        TestContext.Current.SendDiagnosticMessage("{0} answers, {1} refused logins", load.Answers, Server.RefusedLogins(login.UserName));
    }

    [Fact]
    public async Task Two_users_that_take_turns_fail_no_query_and_no_login()
    {
        DatabaseCredential[] users = [NewLogin("reader_a"), NewLogin("reader_b")];
        var store = new LoginSource(users[0]);
        await using var load = Load(store);
        await load.MoreAsync(Workers);

        for (var i = 1; i <= Rotations; i++)
        {
            store.Current = users[i % 2] = Rotate(users[i % 2]);
            await RefreshAsync();
            await load.MoreAsync(Workers);
        }
        await load.StopAsync();

        AssertNothingFailed(load);
        Assert.Equal(0, Server.RefusedLogins("reader_a") + Server.RefusedLogins("reader_b"));
    }

    [Fact]
    public async Task A_bad_candidate_does_not_block_the_pool_that_works()
    {
        var login = NewLogin();
        var store = new LoginSource(login);
        await using var load = Load(store, workers: 1);
        await load.MoreAsync(5);

        for (var i = 0; i < 3; i++)
        {
            store.Current = login with { Password = NewPassword() };
            Assert.Equal("CREDENTIAL_REJECTED", Assert.IsType<RefreshResult.Failed>(await _credential!.RefreshAsync(RefreshTrigger.Rotation)).Error.Code);
        }
        var refused = Server.RefusedLogins(login.UserName);
        load.Add(Workers - 1); // they need connections that are not open yet
        await load.MoreAsync(Workers * 10);
        await load.StopAsync();

        AssertNothingFailed(load);
        Assert.False(_credential!.Active!.IsRejected);
        Assert.Equal(refused, Server.RefusedLogins(login.UserName));
    }

    [Fact]
    public async Task A_pool_whose_login_was_refused_serves_at_once_when_it_is_right_again()
    {
        var login = NewLogin();
        await using var pool = Driver.CreateDataSource(login, LoginGate.AlwaysOpen);
        Server.SetPassword(login.UserName, NewPassword().Reveal());
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOf(async () => await pool.OpenConnectionAsync()));
            Assert.Equal(i, Server.RefusedLogins(login.UserName)); // each asked the server, and no memory of the first
        }
        Server.SetPassword(login.UserName, login.Password.Reveal());

        await using var connection = await pool.OpenConnectionAsync();

        Assert.Equal(1, await ScalarAsync(connection, "select 1"));
    }

    [Fact]
    public async Task While_the_store_lags_behind_the_server_opens_wait_and_the_old_password_is_hardly_presented()
    {
        var login = NewLogin();
        var store = new LoginSource(login);
        await using var load = Load(store, workers: 2);
        await load.MoreAsync(10);

        var next = Rotate(login);
        load.Add(Workers - 2); // they need new connections, and the old password opens none
        await Until.True(() => _credential!.Active!.IsRejected);
        await load.MoreAsync(100); // the connections that are open serve on while the store is late
        store.Current = next;
        await Until.True(() => !_credential!.Active!.IsRejected);
        await load.MoreAsync(Workers * 10);
        await load.StopAsync();

        AssertNothingFailed(load);
        // One for each worker that was on its way when the first was refused, and the verifications between.
        Assert.InRange(Server.RefusedLogins(login.UserName), 1, Workers + 2);
    }

    [Fact]
    public async Task When_the_rotation_also_ends_the_sessions_only_the_queries_in_them_fail()
    {
        var login = NewLogin();
        var store = new LoginSource(login);
        await using var load = Load(store);
        await load.MoreAsync(Workers * 2);

        var next = Rotate(login);
        Server.Kill(login.UserName);
        await Until.True(() => _credential!.Active!.IsRejected);
        store.Current = next;
        await load.MoreAsync(Workers * 10);
        await load.StopAsync();

        Assert.Empty(load.FailedOpens);
        Assert.InRange(load.FailedQueries.Count, 1, Workers * 2); // a session that broke a moment ago can be handed out once more
        Assert.All(load.FailedQueries, e => Assert.Equal(DatabaseFailure.SessionEnded, Driver.Classify(Observe(e))));
        Assert.InRange(Server.RefusedLogins(login.UserName), 1, Workers + 2);
    }

    [Fact]
    public async Task A_full_server_does_not_keep_the_new_password_from_being_used()
    {
        var login = NewLogin();
        var store = new LoginSource(login);
        Make(store);
        var held = new List<System.Data.Common.DbConnection>();
        for (var i = 0; i < 4; i++)
            held.Add(await _source.OpenConnectionAsync());
        Server.Capacity = 6; // room for two more, where four would be opened ahead
        store.Current = Rotate(login);

        await RefreshAsync();

        await using (var fresh = await _source.OpenConnectionAsync())
            Assert.Equal(1, await ScalarAsync(fresh, "select 1"));
        foreach (var connection in held)
        {
            Assert.Equal(1, await ScalarAsync(connection, "select 1"));
            await connection.DisposeAsync();
        }
        Assert.Equal(store.Current.Password, _credential!.Active!.Credential.Password);
    }
}
