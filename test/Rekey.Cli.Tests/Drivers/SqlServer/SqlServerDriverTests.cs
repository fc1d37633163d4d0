using System.Data;
using Rekey.Cli.Drivers.SqlServer;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Tds;

namespace Rekey.Cli.Tests.Drivers.SqlServer;

public sealed class SqlServerDriverTests : SqlServerTest
{
    [Fact]
    public async Task Nothing_that_can_be_printed_carries_the_password()
    {
        var login = NewLogin();
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        await using var pooled = await opened.Pool.OpenConnectionAsync();
        await using var unpooled = await Driver.OpenUnpooledAsync(login, CancellationToken.None);

        foreach (var text in new[] { opened.Pool.ConnectionString, pooled.ConnectionString, unpooled.ConnectionString, $"{pooled} {unpooled}" })
            Observe(text);
        Observe(await Assert.ThrowsAnyAsync<Exception>(() => ScalarAsync(pooled, "selec")));
        Assert.DoesNotContain("Password", pooled.ConnectionString, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_server_is_told_who_it_is_and_that_nothing_will_be_written()
    {
        await using var connection = await Driver.OpenUnpooledAsync(NewLogin(), CancellationToken.None);

        Assert.Equal(("rekey", true), Server.LastLogin);
        Assert.Equal("shop", connection.Database);
    }

    [Theory]
    [InlineData(TdsEncryption.None, false, false)]
    [InlineData(TdsEncryption.Login, false, false)]
    [InlineData(TdsEncryption.Login, true, true)]
    [InlineData(TdsEncryption.Full, false, true)]
    [InlineData(TdsEncryption.Full, true, true)]
    public async Task Encryption_is_as_much_as_either_side_asks_for(TdsEncryption server, bool encrypt, bool isEncrypted)
    {
        Server.Encryption = server;
        var login = NewLogin(encrypt: encrypt) with { TrustServerCertificate = true };

        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);

        Assert.Equal(1, await ScalarAsync(connection, "select 1"));
        Assert.Equal(isEncrypted, Server.HasEncryptedSession(login.UserName));
    }

    [Theory]
    [InlineData(TdsEncryption.Login, true)]
    [InlineData(TdsEncryption.Full, true)]
    [InlineData(TdsEncryption.Full, false)]
    public async Task A_certificate_that_nobody_vouches_for_is_taken_only_where_the_configuration_says_so(TdsEncryption server, bool encrypt)
    {
        Server.Encryption = server;
        var login = NewLogin(encrypt: encrypt);

        Assert.Equal(DatabaseFailure.Unreachable, await FailureOfLogin(login));
        Assert.Equal(DatabaseFailure.Unreachable, await FailureOfLogin(login with { TrustServerCertificate = false }));
        Assert.Equal(0, Server.AcceptedLogins(login.UserName) + Server.RefusedLogins(login.UserName));

        await using var connection = await Driver.OpenUnpooledAsync(login with { TrustServerCertificate = true }, CancellationToken.None);
        Assert.Equal(1, await ScalarAsync(connection, "select 1"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public async Task Encryption_that_the_server_has_not_is_not_done_without_unless_it_is_turned_off(bool? encrypt)
    {
        var login = NewLogin() with { Encrypt = encrypt, TrustServerCertificate = true };

        Assert.Equal(DatabaseFailure.Unreachable, await FailureOfLogin(login));
        Assert.Equal(0, Server.AcceptedLogins(login.UserName));

        await using var connection = await Driver.OpenUnpooledAsync(login with { Encrypt = false }, CancellationToken.None);
    }

    [Fact]
    public async Task An_unpooled_login_is_a_login_of_its_own_and_ends_with_its_connection()
    {
        var login = NewLogin();

        for (var i = 0; i < 2; i++)
            await using (await Driver.OpenUnpooledAsync(login, CancellationToken.None))
                Assert.Equal(1, Server.Sessions(login.UserName));

        Assert.Equal(2, Server.AcceptedLogins(login.UserName));
        await Until.True(() => Server.Sessions(login.UserName) == 0);
    }

    [Fact]
    public async Task An_open_connection_is_used_again_by_its_own_generation_alone()
    {
        var login = NewLogin();
        await using var first = await OpenedPool.OnAsync(login, Logger);
        await using var second = await OpenedPool.OnAsync(login, Logger);

        for (var i = 0; i < 5; i++)
            await using (var connection = await first.Pool.OpenConnectionAsync())
                Assert.Equal(1, await ScalarAsync(connection, "select 1"));

        Assert.Equal(2, Server.AcceptedLogins(login.UserName));
        Assert.Equal(5, Server.Resets);
    }

    [Fact]
    public async Task The_end_of_a_pool_ends_its_sessions()
    {
        var login = NewLogin();
        var opened = await OpenedPool.OnAsync(login, Logger);
        var pool = opened.Pool;

        await opened.DisposeAsync();

        await Until.True(() => Server.Sessions(login.UserName) == 0);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await pool.OpenConnectionAsync());
    }

    [Fact]
    public async Task A_closed_gate_serves_what_is_open_and_presents_no_password()
    {
        var login = NewLogin();
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        Server.SetPassword(login.UserName, NewPassword().Reveal());
        opened.CloseGate();

        await using (var idle = await opened.Pool.OpenConnectionAsync())
        {
            Assert.Equal(1, await ScalarAsync(idle, "select 1"));
            for (var i = 0; i < 3; i++)
                Assert.Equal(DatabaseFailure.CredentialRefused, Driver.Classify(
                    Observe(await Assert.ThrowsAsync<LoginClosedException>(async () => await opened.Pool.OpenConnectionAsync()))));
        }
        await using (var again = await opened.Pool.OpenConnectionAsync())
            Assert.Equal(1, await ScalarAsync(again, "select 1"));

        Assert.Equal((1, 0), (Server.AcceptedLogins(login.UserName), Server.RefusedLogins(login.UserName)));
        await Until.True(() => Server.OpenConnections == 1); // no socket of the logins that were not is left
    }

    [Fact]
    public async Task A_gate_that_opens_again_lets_logins_through_again()
    {
        var login = NewLogin();
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        await using (var held = await opened.Pool.OpenConnectionAsync())
        {
            opened.CloseGate();
            await Assert.ThrowsAsync<LoginClosedException>(async () => await opened.Pool.OpenConnectionAsync());

            await opened.OpenGateAsync();

            await using var fresh = await opened.Pool.OpenConnectionAsync();
            Assert.Equal(1, await ScalarAsync(fresh, "select 1"));
            Assert.Equal(1, await ScalarAsync(held, "select 1"));
        }
        await opened.DisposeAsync();
        await Until.True(() => Server.OpenConnections == 0);
    }

    [Fact]
    public async Task A_refused_password_is_not_presented_by_who_comes_next_and_is_when_it_is_right_again()
    {
        var login = NewLogin();
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        await using var idle = await opened.Pool.OpenConnectionAsync();
        Server.SetPassword(login.UserName, NewPassword().Reveal());

        for (var i = 0; i < 2; i++) // the gate is still open: nobody has been told
            Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOf(async () => await opened.Pool.OpenConnectionAsync()));
        Assert.Equal(1, Server.RefusedLogins(login.UserName));

        Server.SetPassword(login.UserName, login.Password.Reveal());
        await using var fresh = await opened.Pool.OpenConnectionAsync();
        Assert.Equal(1, await ScalarAsync(fresh, "select 1"));
    }

    [Fact]
    public async Task A_session_that_was_killed_in_the_pool_is_replaced()
    {
        var login = NewLogin();
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        Server.Kill(login.UserName);
        // For five milliseconds after its last answer SqlClient takes a session to be alive without looking.
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);

        await using var connection = await opened.Pool.OpenConnectionAsync();

        Assert.Equal(1, await ScalarAsync(connection, "select 1"));
        Assert.Equal(2, Server.AcceptedLogins(login.UserName));
    }

    [Fact]
    public async Task A_session_that_is_lost_is_not_logged_in_again_behind_our_back()
    {
        var login = NewLogin();
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        Server.Kill(login.UserName);

        await FailureOf(() => ScalarAsync(connection, "select 1"));

        await Until.True(() => connection.State is ConnectionState.Closed);
        Assert.Equal(1, Server.AcceptedLogins(login.UserName));
    }

    [Fact]
    public async Task A_pool_that_is_full_says_so()
    {
        var login = NewLogin();
        await using var pool = new SqlServerDriver(maxPoolSize: 1).CreateDataSource(login, LoginGate.AlwaysOpen);
        await using var only = await pool.OpenConnectionAsync();

        Assert.Equal(DatabaseFailure.TooManyConnections, await FailureOf(async () => await pool.OpenConnectionAsync()));
    }

    [Fact]
    public async Task What_runs_in_a_read_only_transaction_is_never_committed()
    {
        Server.On("^delete", new TdsDone());
        await using var connection = await Driver.OpenUnpooledAsync(NewLogin(), CancellationToken.None);

        await using (var transaction = await Driver.BeginReadOnlyAsync(connection, TimeSpan.FromSeconds(7), CancellationToken.None))
        {
            await using var command = connection.CreateCommand();
            (command.CommandText, command.Transaction) = ("delete from t", transaction);
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal(
            ["begin", "set xact_abort on; set implicit_transactions off; set deadlock_priority low; set lock_timeout 7000", "delete from t", "rollback"],
            Server.Journal.Select(static j => j.What));
    }

    [Fact]
    public async Task A_transaction_that_cannot_begin_leaves_none_behind()
    {
        Server.On("^set ", new TdsFault(15, 15));
        await using var connection = await Driver.OpenUnpooledAsync(NewLogin(), CancellationToken.None);

        await FailureOf(async () => await Driver.BeginReadOnlyAsync(connection, TimeSpan.FromSeconds(7), CancellationToken.None));

        Assert.Equal("rollback", Server.Journal.Last().What);
    }

    [Fact]
    public async Task A_cancelled_statement_ends_at_the_server_and_the_connection_lives_on()
    {
        Server.On("^select slowly$", static async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new TdsDone();
        });
        await using var connection = await Driver.OpenUnpooledAsync(NewLogin(), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var asked = ScalarAsync(connection, "select slowly", cancel.Token);
        await Until.True(() => Server.Journal.Any(static j => j.What == "select slowly"));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => asked);
        Assert.Equal(1, Server.CancelledStatements);
        Assert.Equal(1, await ScalarAsync(connection, "select 1"));
    }
}
