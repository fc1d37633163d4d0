using System.Data.Common;
using ModelContextProtocol.Protocol;
using Rekey.Cli.Drivers.SqlServer;
using Rekey.Databases;
using Rekey.Environment;

namespace Rekey.Mcp.Tests.Databases;

/// <summary>
/// Driver, catalogue and tools on a real SQL Server, which this repository cannot install: <c>scripts/test-sqlserver URL</c> runs them,
/// with an administrator's URL of a throw-away server. An ordinary run leaves them alone.
/// </summary>
public sealed class RealSqlServerTests : DatabaseTest
{
    private const string Variable = "REKEY_TEST_SQLSERVER";

    private static readonly SqlServerDriver Driver = new();

    private readonly string _name = $"rekey_{Guid.NewGuid():n}";
    private DatabaseCredential _admin = null!;
    private DatabaseCredential _reader = null!;

    // A schema with one of everything, and a login that may read it and see its sources.
    private string[] Setup =>
    [
        $"create login {_name} with password = '{_reader.Password.Reveal()}', check_policy = off",
        $"create user {_name} for login {_name}",
        $"create schema {_name}",
        $"create table {_name}.customers (id bigint identity constraint pk_{_name} primary key, name nvarchar(100) not null default N'none', born date, "
            + $"worth decimal(10, 2), seen datetime2(3), code char(2), blob varbinary(max), upper_name as upper(name), constraint uq_{_name} unique (code, name))",
        $"create table {_name}.[odd] table] ([a 'b' \"c\"] int, customer bigint constraint fk_{_name} references {_name}.customers (id))",
        $"create table {_name}.heap (n int)",
        $"create view {_name}.rich as select id, worth from {_name}.customers where worth > 100",
        $"create procedure {_name}.tidy as delete from {_name}.heap",
        $"create function {_name}.twice (@n int) returns int as begin return 2 * @n end",
        $"insert into {_name}.customers (name, worth, seen, code) values (N'Zoë', 1234.5, '2026-07-28T12:30:00.125', 'a1'), (N'Ada', null, null, 'b2')",
        $"grant select, view definition on schema::{_name} to {_name}",
    ];

    private string[] Teardown =>
    [
        $"drop function {_name}.twice", $"drop procedure {_name}.tidy", $"drop view {_name}.rich", $"drop table {_name}.heap", $"drop table {_name}.[odd]] table]",
        $"drop table {_name}.customers", $"drop schema {_name}", $"drop user {_name}",
    ];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _admin = Administrator();
        Plant(_admin.Password.Reveal());
        _reader = _admin with { UserName = _name, Password = Plant($"Correct-horse-{Guid.NewGuid():n}") };
        await ExecuteAsync(Setup);
        Bind("orders", _reader);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await ExecuteAsync(Teardown);
        await ExecuteAsync([.. await SessionsAsync(), $"drop login {_name}"]);
    }

    [Fact(Explicit = true)]
    public async Task The_tools_tell_what_there_is()
    {
        var session = await ServeAsync();

        Assert.Contains(_name, Values(await session.CallAsync("list_schemas"), "schemas", "schema_name"));
        Assert.DoesNotContain("sys", Values(await session.CallAsync("list_schemas"), "schemas", "schema_name"));
        Assert.Equal(["customers", "heap", "odd] table"], Values(await session.CallAsync("list_tables", new { schema = _name }), "tables", "table_name"));
        Assert.Equal(["rich"], Values(await session.CallAsync("list_views", new { schema = _name }), "views", "view_name"));
        Assert.Equal(["procedure", "function"], Values(await session.CallAsync("list_procedures", new { schema = _name }), "procedures", "procedure_type"));
        Assert.Contains("customers", Values(await session.CallAsync("list_tables"), "tables", "table_name"));
    }

    [Fact(Explicit = true)]
    public async Task The_tools_describe_a_table()
    {
        var session = await ServeAsync();
        var columns = await session.CallAsync("describe_table", new { schema = _name, table = "customers" });

        Assert.Equal(["id", "name", "born", "worth", "seen", "code", "blob", "upper_name"], Values(columns, "columns", "column_name"));
        Assert.Equal(
            ["bigint", "nvarchar(100)", "date", "decimal(10,2)", "datetime2(3)", "char(2)", "varbinary(max)", "nvarchar(100)"],
            Values(columns, "columns", "data_type"));
        var first = SuccessOf(columns).GetProperty("columns")[0];
        Assert.True(first.GetProperty("is_identity").GetBoolean() && first.GetProperty("is_primary_key").GetBoolean() && !first.GetProperty("is_nullable").GetBoolean());
        Assert.Contains("none", Values(columns, "columns", "column_default")[1]);
        Assert.Contains("upper", Values(columns, "columns", "column_default")[7]);

        var indexes = await session.CallAsync("list_indexes", new { schema = _name, table = "customers" });
        Assert.Equal([$"pk_{_name}", $"uq_{_name}", $"uq_{_name}"], Values(indexes, "indexes", "index_name"));
        Assert.Equal(["id", "code", "name"], Values(indexes, "indexes", "column_name"));
        Assert.Empty(Values(await session.CallAsync("list_indexes", new { schema = _name, table = "heap" }), "indexes", "index_name"));
        var keys = await session.CallAsync("list_foreign_keys", new { schema = _name, table = "odd] table" });
        Assert.Equal(["customers"], Values(keys, "foreign_keys", "referenced_table"));
        Assert.Equal(["id"], Values(keys, "foreign_keys", "referenced_column"));
        Assert.Equal("TABLE_NOT_FOUND", CodeOf(await session.CallAsync("describe_table", new { schema = _name, table = "customer" })));
    }

    [Fact(Explicit = true)]
    public async Task The_tools_show_sources_and_rows()
    {
        var session = await ServeAsync();

        Assert.Contains("worth > 100", SuccessOf(await session.CallAsync("get_view_definition", new { schema = _name, view = "rich" })).GetProperty("definition").GetString());
        Assert.Contains("2 * @n", SuccessOf(await session.CallAsync("get_procedure_definition", new { schema = _name, procedure = "twice" })).GetProperty("definition").GetString());
        Assert.Equal(0, SuccessOf(await session.CallAsync("sample_rows", new { schema = _name, table = "odd] table" })).GetProperty("row_count_returned").GetInt32());
        Assert.Equal(1, SuccessOf(await session.CallAsync("sample_rows", new { schema = _name, table = "customers", limit = 1 })).GetProperty("row_count_returned").GetInt32());
        var row = (await SelectAsync(session, $"select name, worth, seen from {_name}.customers where name = N'Zoë'")).GetProperty("rows")[0];
        Assert.Equal("Zoë", row.GetProperty("name").GetString());
        Assert.Equal(1234.5m, row.GetProperty("worth").GetDecimal());
        Assert.Equal("2026-07-28T12:30:00.125", row.GetProperty("seen").GetString());
    }

    [Fact(Explicit = true)]
    public async Task Errors_mean_what_they_are_taken_for()
    {
        var session = await ServeAsync();

        Assert.Equal(DatabaseFailure.CredentialRefused, await FailureOfLoginAsync(_reader with { Password = Plant($"Wrong-{Guid.NewGuid():n}") }));
        Assert.Equal(DatabaseFailure.UnknownDatabase, await FailureOfLoginAsync(_reader with { Database = $"no_{_name}" }));
        Assert.Contains("42S22", await MessageAsync(session, $"select nothing from {_name}.customers"));
        Assert.Contains("42S02", await MessageAsync(session, $"select 1 from {_name}.nothing"));
        Assert.Contains("42601", await MessageAsync(session, "select 1 from from"));
        Assert.Contains("22012", await MessageAsync(session, "select 1 / 0"));
        await ExecuteAsync([$"deny select on {_name}.heap to {_name}"]);
        Assert.Equal("DATABASE_PERMISSION_DENIED", CodeOf(await session.CallAsync("run_select", new { query = $"select n from {_name}.heap" })));
    }

    [Fact(Explicit = true)]
    public async Task Nothing_that_is_written_in_a_read_only_transaction_stays()
    {
        await using var connection = await Driver.OpenUnpooledAsync(_admin, CancellationToken.None);
        await using (var transaction = await Driver.BeginReadOnlyAsync(connection, TimeSpan.FromSeconds(5), CancellationToken.None))
        {
            await using var write = connection.CreateCommand();
            (write.CommandText, write.Transaction) = ($"insert into {_name}.heap values (1)", transaction);
            Assert.Equal(1, await write.ExecuteNonQueryAsync());
        }

        await using var read = connection.CreateCommand();
        read.CommandText = $"select count(*) from {_name}.heap";
        Assert.Equal(0, await read.ExecuteScalarAsync());
    }

    [Fact(Explicit = true)]
    public async Task A_password_that_changes_is_followed_and_open_sessions_live_on()
    {
        var source = Bind("followed", _reader);
        await using var held = await source.DataSource.OpenConnectionAsync();
        var next = _reader with { Password = Plant($"Correct-horse-{Guid.NewGuid():n}") };
        await ExecuteAsync([$"alter login {_name} with password = '{next.Password.Reveal()}'"]);
        source.Login = next;

        await using (var fresh = await source.DataSource.OpenConnectionAsync())
            Assert.Equal(1, await ScalarAsync(fresh, "select 1"));

        Assert.Equal(1, await ScalarAsync(held, "select 1"));
    }

    /// <summary>What a second statement without a semicolon does when the reader before it is not asked.</summary>
    [Fact(Explicit = true)]
    public async Task The_server_itself_runs_what_the_reader_refuses()
    {
        await using var connection = await Driver.OpenUnpooledAsync(_admin, CancellationToken.None);
        string[] texts = [$"select 1delete from {_name}.heap", $"select 1 delete\u00a0from {_name}.heap", $"select 0xupdate {_name}.heap set n = 1"];

        foreach (var text in texts)
        {
            await ScalarAsync(connection, text);
            Assert.NotNull(Mcp.Sql.ReadOnlyStatement.Refusal(text, new HashSet<string>(), Mcp.Sql.SqlDialect.Transact));
        }
    }

    private static async Task<string> MessageAsync(Serving.Session session, string query) =>
        ErrorOf(await session.CallAsync("run_select", new { query })).GetProperty("message").GetString()!;

    private async Task<DatabaseFailure> FailureOfLoginAsync(DatabaseCredential login) => Driver.Classify(Observe(await Assert.ThrowsAnyAsync<Exception>(async () =>
    {
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
    })));

    private async Task ExecuteAsync(string[] statements)
    {
        await using var connection = await Driver.OpenUnpooledAsync(_admin, CancellationToken.None);
        foreach (var statement in statements)
            await ScalarAsync(connection, statement);
    }

    // A login with sessions cannot be dropped.
    private async Task<string[]> SessionsAsync()
    {
        await using var connection = await Driver.OpenUnpooledAsync(_admin, CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = $"select session_id from sys.dm_exec_sessions where login_name = '{_name}'";
        await using var reader = await command.ExecuteReaderAsync();
        var kills = new List<string>();
        while (await reader.ReadAsync())
            kills.Add($"kill {reader.GetInt16(0)}");
        return [.. kills];
    }

    private static async Task<object?> ScalarAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private static List<string?> Values(CallToolResult result, string list, string column) =>
        [.. SuccessOf(result).GetProperty(list).EnumerateArray().Select(e => e.GetProperty(column).GetString())];

    private static DatabaseCredential Administrator()
    {
        var url = new ProcessEnvironment().Get(Variable);
        Assert.False(string.IsNullOrEmpty(url), $"Run scripts/test-sqlserver, or set {Variable}.");
        // A server in a container has made its certificate itself.
        return DatabaseReader.Read(SecretDocument.FromText(new Secret(url)), new DatabaseParts { TrustServerCertificate = true }, $"env://{Variable}");
    }
}
