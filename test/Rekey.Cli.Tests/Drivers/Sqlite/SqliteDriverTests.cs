using System.Data.Common;
using Microsoft.Data.Sqlite;
using Rekey.Cli.Drivers.Sqlite;
using Rekey.Databases;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Drivers.Sqlite;

public sealed class SqliteDriverTests : LeakCheckedTest
{
    private const string Endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly SqliteFile _file = new("create table t (a int); insert into t values (1), (2)");
    private readonly SqliteDriver _driver;

    public SqliteDriverTests() => _driver = new SqliteDriver(_time);

    public override ValueTask DisposeAsync()
    {
        _file.Dispose();
        return base.DisposeAsync();
    }

    private ValueTask<DbConnection> OpenAsync() => _driver.OpenUnpooledAsync(_file.Login, CancellationToken.None);

    private static object? Scalar(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private async Task<DatabaseFailure> FailureOf(DbConnection connection, string sql) =>
        _driver.Classify(Observe(await Assert.ThrowsAnyAsync<Exception>(() => Task.Run(() => Scalar(connection, sql)))));

    private async Task<DatabaseFailure> FailureOfOpening(DatabaseCredential login) =>
        _driver.Classify(Observe(await Assert.ThrowsAnyAsync<Exception>(async () => await _driver.OpenUnpooledAsync(login, CancellationToken.None))));

    [Fact]
    public async Task A_file_is_read()
    {
        await using var opened = await OpenedPool.OnAsync(_file.Login, Logger);
        await using var pooled = await opened.Pool.OpenConnectionAsync();
        await using var unpooled = await OpenAsync();

        Assert.Equal(2L, Scalar(pooled, "select count(*) from t"));
        Assert.Equal(2L, Scalar(unpooled, "select count(*) from t"));
    }

    [Fact]
    public async Task A_password_is_not_used_and_shows_up_nowhere()
    {
        var login = _file.Login with { Password = Plant("a password that nobody asked for") };

        await using var connection = await _driver.OpenUnpooledAsync(login, CancellationToken.None);

        Assert.Equal(2L, Scalar(connection, "select count(*) from t"));
        Observe(connection.ConnectionString);
    }

    [Fact]
    public async Task A_file_in_write_ahead_mode_is_read_while_somebody_writes()
    {
        _file.Execute("pragma journal_mode = wal");
        using var writer = _file.OpenToWrite();
        Scalar(writer, "begin; insert into t values (3)");

        await using var connection = await OpenAsync();

        Assert.Equal(2L, Scalar(connection, "select count(*) from t"));
    }

    [Theory]
    [InlineData("missing.db")]
    [InlineData(":memory:")]
    [InlineData("")]
    public async Task What_is_no_file_is_an_unknown_database_and_is_not_created(string name)
    {
        var path = name.Length == 0 ? _file.Beside(".") : name.StartsWith(':') ? name : _file.Beside(name);

        Assert.Equal(DatabaseFailure.UnknownDatabase, await FailureOfOpening(_file.Login with { Database = path }));
        Assert.Equal(["shop.db"], _file.Files);
    }

    [Fact]
    public async Task A_file_of_something_else_is_an_unknown_database()
    {
        File.WriteAllText(_file.Beside("notes.txt"), new string('x', 5000));

        Assert.Equal(DatabaseFailure.UnknownDatabase, await FailureOfOpening(_file.Login with { Database = _file.Beside("notes.txt") }));
    }

    [Fact]
    public async Task A_path_is_a_path_and_no_URI_that_asks_for_more()
    {
        var path = _file.Path + "?mode=rwc";
        Assert.Equal(DatabaseFailure.UnknownDatabase, await FailureOfOpening(_file.Login with { Database = "file:" + path }));
        Assert.Equal(DatabaseFailure.UnknownDatabase, await FailureOfOpening(_file.Login with { Database = path }));
        Assert.Equal(DatabaseFailure.UnknownDatabase, await FailureOfOpening(_file.Login with { Database = _file.Path + ";Mode=ReadWriteCreate" }));
    }

    [Fact]
    public async Task A_closed_gate_opens_nothing()
    {
        await using var opened = await OpenedPool.OnAsync(_file.Login, Logger);
        opened.CloseGate();

        var closed = await Assert.ThrowsAsync<LoginClosedException>(async () => await opened.Pool.OpenConnectionAsync());

        Assert.Equal(DatabaseFailure.CredentialRefused, _driver.Classify(closed));
    }

    [Fact]
    public async Task A_replaced_file_is_seen_by_the_next_connection_and_the_old_one_by_no_handle()
    {
        await using var opened = await OpenedPool.OnAsync(_file.Login, Logger);
        await using (await opened.Pool.OpenConnectionAsync())
        {
        }
        using var other = new SqliteFile("create table t (a int)");

        File.Move(other.Path, _file.Path, overwrite: true);

        await using var connection = await opened.Pool.OpenConnectionAsync();
        Assert.Equal(0L, Scalar(connection, "select count(*) from t"));
    }

    [Theory]
    [InlineData("insert into t values (3)")]
    [InlineData("delete from t")]
    [InlineData("create table u (a int)")]
    [InlineData("create temp table u (a int)")]
    [InlineData("pragma user_version = 7")]
    [InlineData("pragma query_only = off; insert into t values (3)")]
    [InlineData("rollback; insert into t values (3)")]
    [InlineData("commit; pragma query_only = off; begin immediate; insert into t values (3)")]
    public async Task The_engine_refuses_to_write(string sql)
    {
        await using var connection = await OpenAsync();
        await using (await _driver.BeginReadOnlyAsync(connection, Minute, CancellationToken.None))
            Assert.Equal(DatabaseFailure.ReadOnly, await FailureOf(connection, sql));

        Assert.Equal(2L, _file.Execute("select count(*) from t"));
        Assert.Equal(0L, _file.Execute("pragma user_version"));
    }

    [Fact]
    public async Task No_other_file_is_read_or_written()
    {
        using var other = new SqliteFile("create table secrets (a int)");
        await using var connection = await OpenAsync();

        Assert.Equal(DatabaseFailure.Statement, await FailureOf(connection, $"attach '{other.Path}' as other"));
        Assert.Equal(DatabaseFailure.Statement, await FailureOf(connection, "attach ':memory:' as other"));
        Assert.Equal(DatabaseFailure.Statement, await FailureOf(connection, $"vacuum into '{_file.Beside("copy.db")}'"));
        Assert.Equal(DatabaseFailure.Statement, await FailureOf(connection, "select load_extension('x')"));
        Assert.Equal(DatabaseFailure.Statement, await FailureOf(connection, $"select writefile('{_file.Beside("x")}', 'x')"));
        Assert.Equal(["shop.db"], _file.Files);
    }

    [Fact]
    public async Task A_value_of_any_length_cannot_be_asked_for()
    {
        await using var connection = await OpenAsync();

        Assert.Equal(DatabaseFailure.Statement, await FailureOf(connection, "select length(randomblob(900000000))"));
        Assert.Equal(1_000_000L, Scalar(connection, "select length(randomblob(1000000))"));
    }

    [Fact]
    public async Task An_endless_statement_is_ended_when_its_time_is_over()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await _driver.BeginReadOnlyAsync(connection, Minute, CancellationToken.None);
        var failure = FailureOf(connection, Endless);

        _time.Advance(Minute - TimeSpan.FromTicks(1));
        Assert.False(await EndsWithin(failure, TimeSpan.FromMilliseconds(100)));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(DatabaseFailure.Timeout, await failure.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
    }

    [Fact]
    public async Task Every_statement_of_a_transaction_whose_time_is_over_is_ended()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await _driver.BeginReadOnlyAsync(connection, Minute, CancellationToken.None);
        _time.Advance(Minute);

        Assert.Equal(DatabaseFailure.Timeout, await FailureOf(connection, Endless));
        Assert.Equal(DatabaseFailure.Timeout, await FailureOf(connection, Endless));
    }

    [Fact]
    public async Task Rows_after_the_first_are_under_the_limit_too()
    {
        await using var connection = await OpenAsync();
        await using var transaction = await _driver.BeginReadOnlyAsync(connection, Minute, CancellationToken.None);
        using var command = connection.CreateCommand();
        command.CommandText = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n where i = 1";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        var rest = Task.Run(reader.Read);

        _time.Advance(Minute);

        Assert.Equal(DatabaseFailure.Timeout, _driver.Classify(await Assert.ThrowsAsync<SqliteException>(() => rest)));
    }

    [Fact]
    public async Task An_endless_statement_is_ended_when_its_caller_has_gone()
    {
        using var cancel = new CancellationTokenSource();
        await using var connection = await OpenAsync();
        await using var transaction = await _driver.BeginReadOnlyAsync(connection, Minute, cancel.Token);
        var failure = FailureOf(connection, Endless);

        Assert.False(await EndsWithin(failure, TimeSpan.FromMilliseconds(100)));
        await cancel.CancelAsync();

        Assert.Equal(DatabaseFailure.Timeout, await failure.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
    }

    [Fact]
    public async Task The_limit_ends_with_its_transaction()
    {
        using var cancel = new CancellationTokenSource();
        await using var connection = await OpenAsync();
        await using (await _driver.BeginReadOnlyAsync(connection, Minute, cancel.Token))
            Assert.Equal(2L, Scalar(connection, "select count(*) from t"));
        _time.Advance(Minute);
        await cancel.CancelAsync();

        Assert.Equal(300_000L, Scalar(connection, Counting(300_000)));

        await using (await _driver.BeginReadOnlyAsync(connection, Minute, CancellationToken.None))
            Assert.Equal(300_000L, Scalar(connection, Counting(300_000)));
    }

    [Fact]
    public async Task A_file_that_is_locked_has_no_room_now()
    {
        using var writer = _file.OpenToWrite();
        Scalar(writer, "begin exclusive");

        Assert.Equal(DatabaseFailure.TooManyConnections, await FailureOfOpening(_file.Login));
    }

    [Fact]
    public async Task What_is_wrong_with_the_statement_is_a_failed_statement()
    {
        await using var connection = await OpenAsync();

        Assert.Equal(DatabaseFailure.Statement, await FailureOf(connection, "selec"));
        Assert.Equal(DatabaseFailure.Statement, await FailureOf(connection, "select * from no_such_table"));
        Assert.Equal(DatabaseFailure.Statement, _driver.Classify(new InvalidOperationException()));
    }

    [Fact]
    public async Task The_verifier_proves_a_file_and_refuses_its_absence()
    {
        var verify = DatabaseVerifier.For(_driver);

        Assert.Equal(VerificationOutcome.Accepted, (await verify(_file.Login, CancellationToken.None)).Outcome);
        Assert.Equal("DATABASE_NOT_FOUND", (await verify(_file.Login with { Database = _file.Beside("missing.db") }, CancellationToken.None)).Error?.Code);
    }

    private static string Counting(int rows) =>
        $"with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows}) select count(*) from n";

    private static async Task<bool> EndsWithin(Task task, TimeSpan limit) =>
        await Task.WhenAny(task, Task.Delay(limit, TimeProvider.System)) == task;
}
