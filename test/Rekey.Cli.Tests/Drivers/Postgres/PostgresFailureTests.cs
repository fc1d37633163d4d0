using System.Net;
using System.Net.Sockets;
using Rekey.Databases;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Drivers.Postgres;

/// <summary>Every failure is provoked at the real server.</summary>
public sealed class PostgresFailureTests : PostgresTest
{
    [Fact]
    public async Task A_wrong_password_is_a_refused_credential()
    {
        var login = await NewLoginAsync() with { Password = Plant("not the password") };

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_missing_password_is_a_refused_credential()
    {
        var login = await NewLoginAsync() with { Password = default };

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_role_that_was_dropped_is_a_refused_credential()
    {
        var login = await NewLoginAsync();
        await Server.DropRoleAsync(login.UserName);

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_role_that_may_not_log_in_is_a_refused_credential()
    {
        var login = await NewLoginAsync();
        await Server.RevokeLoginAsync(login.UserName);

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_password_that_has_expired_is_a_refused_credential()
    {
        var login = await NewLoginAsync();
        await Server.ExecuteAsync($"alter role {login.UserName} valid until '2000-01-01'");

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_role_at_its_limit_has_too_many_connections()
    {
        var login = await NewLoginAsync();
        await Server.ExecuteAsync($"alter role {login.UserName} connection limit 0");

        Assert.Equal(DatabaseFailure.TooManyConnections, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_full_server_has_too_many_connections()
    {
        await using var small = await PostgresServer.StartAsync(maxConnections: 6); // three of them are the superuser's
        var login = await NewLoginAsync() with { Port = small.Port };
        await small.CreateRoleAsync(login.UserName, login.Password.Reveal());
        var held = new List<IAsyncDisposable>();

        Assert.Equal(DatabaseFailure.TooManyConnections, await FailureOf(async () =>
        {
            while (held.Count < 6)
                held.Add(await Driver.OpenUnpooledAsync(login, CancellationToken.None));
        }));
        foreach (var connection in held)
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_unknown()
    {
        var login = await NewLoginAsync("no_such_database");

        Assert.Equal(DatabaseFailure.UnknownDatabase, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_database_that_the_role_may_not_enter_denies_permission()
    {
        var login = await NewLoginAsync(PostgresServer.NewName("closed"));
        await Server.CreateDatabaseAsync(login.Database);
        await Server.ExecuteAsync($"revoke connect on database {login.Database} from public");

        Assert.Equal(DatabaseFailure.PermissionDenied, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_unreachable()
    {
        var login = await NewLoginAsync();
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            login = login with { Port = ((IPEndPoint)probe.LocalEndpoint).Port };
        }

        Assert.Equal(DatabaseFailure.Unreachable, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_host_without_an_address_is_unreachable()
    {
        var login = await NewLoginAsync() with { Host = "nowhere.invalid" };

        Assert.Equal(DatabaseFailure.Unreachable, await FailureOfLogin(login));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_unreachable_after_five_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var login = await NewLoginAsync() with { Port = ((IPEndPoint)silent.LocalEndpoint).Port };
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(DatabaseFailure.Unreachable, await FailureOfLogin(login));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 4, 15);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_is_no_PostgreSQL_is_unreachable_or_ends_the_session(bool? encrypt)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var login = await NewLoginAsync() with { Port = ((IPEndPoint)other.LocalEndpoint).Port, Encrypt = encrypt };
        var greeting = GreetAsync(other);

        Assert.Contains(await FailureOfLogin(login), new[] { DatabaseFailure.Unreachable, DatabaseFailure.SessionEnded });
        await greeting;

        static async Task GreetAsync(TcpListener listener)
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        }
    }

    [Fact]
    public async Task A_session_that_the_server_ended_has_ended()
    {
        var login = await NewLoginAsync();

        Assert.Equal(DatabaseFailure.SessionEnded, await FailureOfQuery(login, "select 1", () => Server.TerminateAsync(login.UserName)));
    }

    [Theory]
    [InlineData("idle_session_timeout")]
    [InlineData("idle_in_transaction_session_timeout")]
    public async Task A_session_that_was_idle_for_too_long_has_ended(string setting)
    {
        var login = await NewLoginAsync();
        await Server.ExecuteAsync($"alter role {login.UserName} set {setting} = 50");
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        await using var transaction = setting == "idle_session_timeout" ? null : await connection.BeginTransactionAsync();
        await ScalarAsync(connection, "select 1");
        await UntilAsync(async () => await Server.SessionsAsync(login.UserName) == 0);

        Assert.Equal(DatabaseFailure.SessionEnded, await FailureOf(() => ScalarAsync(connection, "select 1")));
    }

    [Fact]
    public async Task A_table_without_a_grant_denies_permission()
    {
        var login = await NewLoginAsync();

        Assert.Equal(DatabaseFailure.PermissionDenied, await FailureOfQuery(login, "select * from pg_authid"));
    }

    [Fact]
    public async Task A_role_that_was_dropped_under_its_session_was_removed()
    {
        var login = await NewLoginAsync();

        Assert.Equal(DatabaseFailure.LoginRemoved, await FailureOfQuery(login, "select current_user", () => Server.DropRoleAsync(login.UserName)));
    }

    [Theory]
    [InlineData("select 1::no_such_type")]
    [InlineData("select * from no_such_table")]
    [InlineData("select 1 / 0")]
    [InlineData("selec")]
    [InlineData("select has_table_privilege('no_such_role', 'pg_class', 'select')")]
    public async Task What_is_wrong_with_the_statement_is_not_the_login_s_fault(string sql)
    {
        Assert.Equal(DatabaseFailure.Statement, await FailureOfQuery(await NewLoginAsync(), sql));
    }

    [Fact]
    public void What_other_engines_throw_is_not_known_here()
    {
        Assert.Equal(DatabaseFailure.Statement, Driver.Classify(new InvalidOperationException()));
        Assert.Equal(DatabaseFailure.Statement, Driver.Classify(new OperationCanceledException()));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; !await condition(); i++)
        {
            Assert.True(i < 400, "It never became true.");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }
}
