using System.Data;
using System.Data.Common;
using Npgsql;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Drivers.Postgres;

public sealed class PostgresDriverTests : PostgresTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Nothing_that_can_be_printed_carries_the_password()
    {
        var login = await NewLoginAsync();
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        await using var pooled = await opened.Pool.OpenConnectionAsync();
        await using var unpooled = await Driver.OpenUnpooledAsync(login, CancellationToken.None);

        foreach (var text in new[] { opened.Pool.ConnectionString, pooled.ConnectionString, unpooled.ConnectionString, $"{pooled} {unpooled}" })
            Observe(text);
        Observe(await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(pooled, "selec")));
        Assert.Contains("Username=" + login.UserName, pooled.ConnectionString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Encryption_is_preferred_required_or_off(bool? encrypt, bool isEncrypted)
    {
        var login = await NewLoginAsync() with { Encrypt = encrypt };

        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);

        Assert.Equal(isEncrypted, await ScalarAsync(connection, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"));
    }

    [Fact]
    public async Task A_server_without_encryption_is_used_unless_encryption_is_required()
    {
        await using var plain = await PostgresServer.StartAsync(encrypts: false);
        var login = await NewLoginAsync() with { Port = plain.Port };
        await plain.CreateRoleAsync(login.UserName, login.Password.Reveal());

        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        await using var pooled = await opened.Pool.OpenConnectionAsync();

        Assert.Equal(1, await ScalarAsync(connection, "select 1"));
        Assert.Equal(1, await ScalarAsync(pooled, "select 1"));
        Assert.Equal(DatabaseFailure.Unreachable, await FailureOfLogin(login with { Encrypt = true }));
        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login with { Password = Plant("not the password") }));
        Assert.Equal(1, await plain.RefusedLoginsAsync(login.UserName));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_password_that_is_refused_was_presented_once(bool? encrypt)
    {
        var login = await NewLoginAsync() with { Encrypt = encrypt, Password = Plant("not the password") };

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLogin(login));

        Assert.Equal(1, await Server.RefusedLoginsAsync(login.UserName));
    }

    [Fact]
    public async Task An_unpooled_login_is_a_login_of_its_own_and_ends_with_its_connection()
    {
        var login = await NewLoginAsync();

        for (var i = 0; i < 2; i++)
        {
            await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
            Assert.Equal("rekey", await ScalarAsync(connection, "show application_name"));
        }

        Assert.Equal(2, await Server.LoginsAsync(login.UserName));
        await Until.True(() => Server.SessionsAsync(login.UserName).GetAwaiter().GetResult() == 0);
    }

    [Fact]
    public async Task An_open_connection_is_used_again_and_never_recycled_by_age()
    {
        var login = await NewLoginAsync();
        await using var opened = await OpenedPool.OnAsync(login, Logger);

        var first = await PidAsync(opened.Pool);
        for (var i = 0; i < 20; i++)
            Assert.Equal(first, await PidAsync(opened.Pool));

        var settings = new NpgsqlConnectionStringBuilder(opened.Pool.ConnectionString);
        Assert.Equal(0, settings.ConnectionLifetime);
        Assert.True(settings.ConnectionIdleLifetime >= 3600);
    }

    [Fact]
    public async Task A_closed_gate_serves_what_is_open_and_lets_no_login_through()
    {
        var login = await NewLoginAsync();
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        var logins = await Server.LoginsAsync(login.UserName);
        await Server.SetPasswordAsync(login.UserName, Plant("changed at the server").Reveal());
        opened.CloseGate();

        await using (var idle = await opened.Pool.OpenConnectionAsync())
        {
            Assert.Equal(1, await ScalarAsync(idle, "select 1"));
            for (var i = 0; i < 3; i++)
            {
                var closed = Observe(await Assert.ThrowsAsync<NpgsqlException>(async () => await opened.Pool.OpenConnectionAsync()));
                Assert.IsType<LoginClosedException>(closed.InnerException);
                Assert.Equal(DatabaseFailure.CredentialRefused, Driver.Classify(closed));
            }
        }

        Assert.Equal(0, await Server.RefusedLoginsAsync(login.UserName));
        Assert.Equal(logins, await Server.LoginsAsync(login.UserName));
    }

    [Fact]
    public async Task The_engine_refuses_to_write_in_a_read_only_transaction()
    {
        var login = await NewLoginAsync();
        await Server.ExecuteAsync($"create table {login.UserName}_t (a int); grant all on {login.UserName}_t to {login.UserName}");
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        string[] writes =
        [
            $"insert into {login.UserName}_t values (1)", $"delete from {login.UserName}_t", $"select * from {login.UserName}_t for update",
            $"with w as (insert into {login.UserName}_t values (1) returning a) select * from w", "create temp table t (a int)",
        ];

        foreach (var write in writes)
        {
            await using var transaction = await Driver.BeginReadOnlyAsync(connection, Second, CancellationToken.None);
            Assert.Equal(DatabaseFailure.ReadOnly, await FailureOf(() => ScalarAsync(connection, write)));
        }

        Assert.Equal(0L, await Server.ScalarAsync($"select count(*) from {login.UserName}_t"));
    }

    [Theory]
    [InlineData("set transaction read write")]
    [InlineData("set transaction_read_only = off")]
    [InlineData("select set_config('transaction_read_only', 'off', false)")]
    public async Task A_read_only_transaction_cannot_be_made_one_that_writes(string attempt)
    {
        await using var connection = await Driver.OpenUnpooledAsync(await NewLoginAsync(), CancellationToken.None);
        await using var transaction = await Driver.BeginReadOnlyAsync(connection, Second, CancellationToken.None);

        await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(connection, attempt));
    }

    [Fact]
    public async Task A_batch_of_one_command_takes_one_statement()
    {
        await using var connection = await Driver.OpenUnpooledAsync(await NewLoginAsync(), CancellationToken.None);
        await using var transaction = await Driver.BeginReadOnlyAsync(connection, Second, CancellationToken.None);
        await using var batch = connection.CreateBatch();
        var command = batch.CreateBatchCommand();
        command.CommandText = "select 1; commit; create temp table t (a int)";
        batch.BatchCommands.Add(command);

        Assert.Equal(DatabaseFailure.Statement, await FailureOf(() => batch.ExecuteNonQueryAsync()));
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_ended_by_the_server()
    {
        await using var connection = await Driver.OpenUnpooledAsync(await NewLoginAsync(), CancellationToken.None);
        await using var transaction = await Driver.BeginReadOnlyAsync(connection, TimeSpan.FromMilliseconds(50), CancellationToken.None);

        Assert.Equal(DatabaseFailure.Timeout, await FailureOf(() => ScalarAsync(connection, "select pg_sleep(60)")));
    }

    [Fact]
    public async Task No_time_left_is_a_limit_and_not_the_absence_of_one()
    {
        await using var connection = await Driver.OpenUnpooledAsync(await NewLoginAsync(), CancellationToken.None);

        Assert.Equal(DatabaseFailure.Timeout, await FailureOf(async () =>
        {
            await using var transaction = await Driver.BeginReadOnlyAsync(connection, TimeSpan.Zero, CancellationToken.None);
            await ScalarAsync(connection, "select pg_sleep(60)");
        }));
    }

    [Fact]
    public async Task The_limit_of_a_statement_ends_with_its_transaction()
    {
        await using var connection = await Driver.OpenUnpooledAsync(await NewLoginAsync(), CancellationToken.None);
        await using (await Driver.BeginReadOnlyAsync(connection, TimeSpan.FromSeconds(7), CancellationToken.None))
            Assert.Equal("7s", await ScalarAsync(connection, "show statement_timeout"));

        Assert.Equal("0", await ScalarAsync(connection, "show statement_timeout"));
    }

    [Fact]
    public async Task A_cancelled_statement_ends_at_the_server_and_the_connection_lives_on()
    {
        var login = await NewLoginAsync();
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var sleep = ScalarAsync(connection, "select pg_sleep(60)", cancel.Token);
        var running = $"select count(*) from pg_stat_activity where usename = '{login.UserName}' and state = 'active'";
        await Until.True(() => (long)Server.ScalarAsync(running).GetAwaiter().GetResult()! == 1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sleep);
        Assert.Equal(0L, await Server.ScalarAsync(running));
        Assert.Equal(ConnectionState.Open, connection.State);
    }

    [Fact]
    public async Task A_dropped_role_is_noticed_when_a_transaction_begins()
    {
        var login = await NewLoginAsync();
        await using var opened = await OpenedPool.OnAsync(login, Logger);
        await Server.DropRoleAsync(login.UserName);

        await using var idle = await opened.Pool.OpenConnectionAsync();

        Assert.Equal(DatabaseFailure.LoginRemoved, await FailureOf(async () => await Driver.BeginReadOnlyAsync(idle, Second, CancellationToken.None)));
    }

    [Theory]
    [InlineData("'{\"a\": 1}'::jsonb", typeof(string))]
    [InlineData("12.5::numeric", typeof(decimal))]
    [InlineData("'127.0.0.1'::inet", typeof(System.Net.IPAddress))]
    [InlineData("array[1, null]", typeof(int?[]))]
    [InlineData("int4range(1, 5)", typeof(NpgsqlTypes.NpgsqlRange<int>))]
    [InlineData("point(1, 2)", typeof(NpgsqlTypes.NpgsqlPoint))]
    [InlineData("to_tsvector('a b')", typeof(NpgsqlTypes.NpgsqlTsVector))]
    [InlineData("row(1, 'a')", typeof(object[]))]
    [InlineData("'a'::\"char\"", typeof(char))]
    public async Task Values_of_every_family_of_types_can_be_read(string expression, Type type)
    {
        await using var connection = await Driver.OpenUnpooledAsync(await NewLoginAsync(), CancellationToken.None);

        Assert.IsType(type, await ScalarAsync(connection, "select " + expression));
    }

    private static async Task<int> PidAsync(DbDataSource pool)
    {
        await using var connection = await pool.OpenConnectionAsync();
        return (int)(await ScalarAsync(connection, "select pg_backend_pid()"))!;
    }
}
