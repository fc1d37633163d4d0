using System.Text.Json;
using ModelContextProtocol.Protocol;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Tds;

namespace Rekey.Mcp.Tests.Databases;

/// <summary>The tools with the real driver and catalogue of SQL Server, on a server that answers as SQL Server would.</summary>
public sealed class SqlServerToolTests : DatabaseTest
{
    private readonly TdsServer _server = new(TdsEncryption.Full);
    private LoginSource _store = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var password = Plant("correct-horse-battery-staple");
        _server.SetPassword("reader", password.Reveal());
        TdsShop.Open(_server);
        _store = Bind("orders", new DatabaseCredential
        {
            Engine = "sqlserver",
            Host = "127.0.0.1",
            Port = _server.Port,
            Database = "shop",
            UserName = "reader",
            Password = password,
            Encrypt = true,
            TrustServerCertificate = true,
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Until.True(() => _server.OpenConnections == 0);
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_there_is_is_listed()
    {
        var session = await ServeAsync();

        Assert.Equal(["dbo", "sales"], Values(await session.CallAsync("list_schemas"), "schemas", "schema_name"));
        Assert.Equal(["customers", "order details"], Values(await session.CallAsync("list_tables"), "tables", "table_name"));
        Assert.Equal(["order details"], Values(await session.CallAsync("list_tables", new { schema = "sales" }), "tables", "table_name"));
        Assert.Equal(["big"], Values(await session.CallAsync("list_views"), "views", "view_name"));
        Assert.Equal(["procedure", "function"], Values(await session.CallAsync("list_procedures"), "procedures", "procedure_type"));
        Assert.Empty(Values(await session.CallAsync("list_tables", new { schema = "x' or 1 = 1 --" }), "tables", "table_name"));
    }

    [Fact]
    public async Task A_table_of_the_default_schema_is_described()
    {
        var session = await ServeAsync();

        var described = SuccessOf(await session.CallAsync("describe_table", new { table = "customers" }));

        Assert.Equal("dbo", described.GetProperty("schema").GetString());
        AssertSame(
            """[{"column_name":"id","data_type":"bigint","is_nullable":false,"is_identity":true,"is_primary_key":true,"column_default":null},"""
            + """{"column_name":"name","data_type":"nvarchar(100)","is_nullable":true,"is_identity":false,"is_primary_key":false,"column_default":"(N'none')"}]""",
            described.GetProperty("columns"));
        Assert.Equal("TABLE_NOT_FOUND", CodeOf(await session.CallAsync("describe_table", new { table = "customer" })));
    }

    [Fact]
    public async Task Indexes_and_foreign_keys_are_listed_by_column()
    {
        var session = await ServeAsync();

        AssertSame(
            """[{"index_name":"pk_customers","column_name":"id","ordinal":1,"is_unique":true,"is_primary_key":true}]""",
            SuccessOf(await session.CallAsync("list_indexes", new { table = "customers" })).GetProperty("indexes"));
        AssertSame(
            """[{"constraint_name":"fk_detail","column_name":"id","referenced_schema":"sales","referenced_table":"order details","referenced_column":"customer"}]""",
            SuccessOf(await session.CallAsync("list_foreign_keys", new { table = "customers" })).GetProperty("foreign_keys"));
    }

    [Fact]
    public async Task Sources_are_shown_or_said_to_be_hidden()
    {
        var session = await ServeAsync();

        Assert.Equal("create view big as select 1 as one", SuccessOf(await session.CallAsync("get_view_definition", new { view = "big" })).GetProperty("definition").GetString());
        Assert.Equal(
            "create procedure tidy as delete from t",
            SuccessOf(await session.CallAsync("get_procedure_definition", new { procedure = "tidy" })).GetProperty("definition").GetString());
        Assert.Equal("DEFINITION_HIDDEN", CodeOf(await session.CallAsync("get_procedure_definition", new { procedure = "hidden" })));
        Assert.Equal("PROCEDURE_NOT_FOUND", CodeOf(await session.CallAsync("get_procedure_definition", new { procedure = "none" })));
    }

    [Fact]
    public async Task Sample_rows_puts_names_in_brackets_whatever_they_hold()
    {
        _server.On("^select top", new TdsTable([new TdsColumn("id", TdsType.Number)], [1], [2]));
        var session = await ServeAsync();

        Assert.Equal(2, SuccessOf(await session.CallAsync("sample_rows", new { table = "odd] table", limit = 7 })).GetProperty("row_count_returned").GetInt32());

        Assert.Contains(("reader", "select top (7) * from [dbo].[odd]] table]"), _server.Journal);
    }

    [Fact]
    public async Task A_query_is_sent_as_it_is_in_a_transaction_that_is_rolled_back()
    {
        _server.On("^select a, ", new TdsTable(
            [new("a", TdsType.BigInt), new("b", TdsType.Exact), new("c", TdsType.DateTime2), new("d", TdsType.Bit), new("e", TdsType.NVarChar)],
            [9007199254740993L, 12.5m, new DateTime(2026, 7, 28, 12, 30, 0), true, "Zoë"], [null, null, null, null, null]));
        var session = await ServeAsync();

        var selected = await SelectAsync(session, "select a, [b] from t where e = N'é'");

        AssertSame(
            """[{"a":"9007199254740993","b":12.5000,"c":"2026-07-28T12:30:00","d":true,"e":"Zoë"},{"a":null,"b":null,"c":null,"d":null,"e":null}]""",
            selected.GetProperty("rows"));
        Assert.Equal(["bigint", "decimal", "datetime2", "bit", "nvarchar"], selected.GetProperty("columns").EnumerateArray().Select(static c => c.GetProperty("type").GetString()));
        var said = _server.Journal.Select(static j => j.What).ToList();
        Assert.Equal("begin", said[^4]);
        Assert.Equal("select a, [b] from t where e = N'é'", said[^2]);
        Assert.Equal("rollback", said[^1]);
    }

    [Theory]
    [InlineData("select 1 delete from customers")]
    [InlineData("select 1 commit")]
    [InlineData("select * into copy from customers")]
    [InlineData("with x as (select 1 as a) update customers set id = a from x")]
    [InlineData("select * from openrowset(bulk 'f', single_clob) as f")]
    public async Task What_could_write_never_reaches_the_server(string query)
    {
        var session = await ServeAsync();

        Assert.Equal("SQL_NOT_READ_ONLY", CodeOf(await session.CallAsync("run_select", new { query })));

        Assert.DoesNotContain(_server.Journal, j => j.What == query);
    }

    [Theory]
    [InlineData(207, 16, "DATABASE_STATEMENT_FAILED", "a column that does not exist (SQLSTATE 42S22)")]
    [InlineData(102, 15, "DATABASE_STATEMENT_FAILED", "a syntax error (SQLSTATE 42601)")]
    [InlineData(50000, 16, "DATABASE_STATEMENT_FAILED", "could not run the statement.")]
    [InlineData(229, 14, "DATABASE_PERMISSION_DENIED", "lacks a permission")]
    [InlineData(3906, 16, "DATABASE_READ_ONLY", "read-only")]
    [InlineData(596, 21, "DATABASE_SESSION_ENDED", "ended the session")]
    public async Task An_error_of_the_engine_is_told_in_our_words(int number, int severity, string code, string words)
    {
        _server.On("^select it$", new TdsFault(number, severity, "The value 'correct' of somebody else."));
        var session = await ServeAsync();

        var error = ErrorOf(await session.CallAsync("run_select", new { query = "select it" }));

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Contains(words, error.GetProperty("message").GetString());
        Assert.DoesNotContain("somebody else", error.ToString());
    }

    [Fact]
    public async Task More_rows_than_were_asked_for_are_not_fetched_and_the_connection_lives_on()
    {
        _server.On("^select n$", new TdsTable([new TdsColumn("n", TdsType.Number)], [.. Enumerable.Range(0, 5000).Select(static n => new object?[] { n })]));
        var session = await ServeAsync();

        for (var i = 0; i < 3; i++)
            Assert.True((await SelectAsync(session, "select n", rows: 2)).GetProperty("truncated").GetBoolean());

        Assert.Equal(2, _server.AcceptedLogins("reader")); // the proof of the login, and the one connection of the pool
    }

    [Fact]
    public async Task A_password_that_changes_between_two_calls_is_found_and_the_second_call_succeeds()
    {
        var session = await ServeAsync();
        Assert.Equal(["dbo", "sales"], Values(await session.CallAsync("list_schemas"), "schemas", "schema_name"));
        var next = Plant("another-horse-battery-staple");
        _server.SetPassword("reader", next.Reveal());
        _store.Login = _store.Login with { Password = next };
        _server.Kill("reader");
        await Until.True(() => _server.Sessions("reader") == 0);
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System); // so long SqlClient takes a session to be alive without looking

        Assert.Equal(["dbo", "sales"], Values(await session.CallAsync("list_schemas"), "schemas", "schema_name"));

        Assert.Equal(1, _server.RefusedLogins("reader"));
    }

    private static void AssertSame(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), actual), actual.GetRawText());

    private static List<string?> Values(CallToolResult result, string list, string column) =>
        [.. SuccessOf(result).GetProperty(list).EnumerateArray().Select(e => e.GetProperty(column).GetString())];
}
