namespace Rekey.Mcp.Tests.Databases;

public sealed class CatalogToolTests : DatabaseTest
{
    private const string Shop =
        """
        create table customers (id integer primary key, name text not null, note text default 'none');
        create table invoices (id integer primary key, customer integer not null references customers (id), amount numeric(10, 2));
        create unique index invoices_amount on invoices (amount, customer);
        create view big_invoices as select id, amount from invoices where amount > 100;
        insert into customers (id, name) values (1, 'Ada'), (2, 'Grace'), (3, 'Edsger')
        """;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_there_is_is_listed(string engine)
    {
        await AddAsync(engine, Shop);
        var session = await ServeAsync();
        var schema = engine == "sqlite" ? "main" : "public";

        Assert.Equal([schema], Names(await session.CallAsync("list_schemas"), "schemas", "schema_name"));
        Assert.Equal(["customers", "invoices"], Names(await session.CallAsync("list_tables"), "tables", "table_name"));
        Assert.Equal(["customers", "invoices"], Names(await session.CallAsync("list_tables", new { schema }), "tables", "table_name"));
        Assert.Equal(["big_invoices"], Names(await session.CallAsync("list_views"), "views", "view_name"));
        Assert.Empty(Names(await session.CallAsync("list_tables", new { schema = "no_such_schema" }), "tables", "table_name"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_table_is_described(string engine)
    {
        await AddAsync(engine, Shop);
        var session = await ServeAsync();

        var columns = SuccessOf(await session.CallAsync("describe_table", new { table = "customers" })).GetProperty("columns");

        Assert.Equal(["id", "name", "note"], columns.EnumerateArray().Select(static c => c.GetProperty("column_name").GetString()));
        Assert.Equal([true, false, false], columns.EnumerateArray().Select(static c => c.GetProperty("is_primary_key").GetBoolean()));
        Assert.Equal([false, false, true], columns.EnumerateArray().Select(static c => c.GetProperty("is_nullable").GetBoolean()));
        Assert.Contains("none", columns[2].GetProperty("column_default").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Indexes_and_foreign_keys_are_listed_by_column(string engine)
    {
        await AddAsync(engine, Shop);
        var session = await ServeAsync();

        var indexes = SuccessOf(await session.CallAsync("list_indexes", new { table = "invoices" })).GetProperty("indexes").EnumerateArray()
            .Where(static i => i.GetProperty("index_name").GetString() == "invoices_amount").ToList();
        Assert.Equal(["amount", "customer"], indexes.Select(static i => i.GetProperty("column_name").GetString()));
        Assert.All(indexes, static i => Assert.True(i.GetProperty("is_unique").GetBoolean()));

        var key = Assert.Single(SuccessOf(await session.CallAsync("list_foreign_keys", new { table = "invoices" })).GetProperty("foreign_keys").EnumerateArray());
        Assert.Equal("customers", key.GetProperty("referenced_table").GetString());
        Assert.Equal("id", key.GetProperty("referenced_column").GetString());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_table_without_any_is_an_empty_success(string engine)
    {
        await AddAsync(engine, Shop);
        var session = await ServeAsync();

        Assert.Empty(SuccessOf(await session.CallAsync("list_foreign_keys", new { table = "customers" })).GetProperty("foreign_keys").EnumerateArray());
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task A_table_that_does_not_exist_is_never_an_empty_success(string engine)
    {
        await AddAsync(engine, Shop);
        var session = await ServeAsync();

        foreach (var tool in new[] { "describe_table", "list_indexes", "list_foreign_keys", "sample_rows" })
        {
            Assert.Equal("TABLE_NOT_FOUND", CodeOf(await session.CallAsync(tool, new { table = "customer" })));
            Assert.Equal("TABLE_NOT_FOUND", CodeOf(await session.CallAsync(tool, new { table = "customers", schema = "elsewhere" })));
            Assert.Equal("TABLE_NOT_FOUND", CodeOf(await session.CallAsync(tool, new { table = "customers\"; drop table customers; --" })));
        }
        Assert.Equal("VIEW_NOT_FOUND", CodeOf(await session.CallAsync("get_view_definition", new { view = "small_invoices" })));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_source_of_a_view_is_shown(string engine)
    {
        await AddAsync(engine, Shop);
        var session = await ServeAsync();

        var shown = SuccessOf(await session.CallAsync("get_view_definition", new { view = "big_invoices" }));

        Assert.Contains("amount", shown.GetProperty("definition").GetString());
        Assert.Equal("big_invoices", shown.GetProperty("view").GetString());
    }

    [Fact]
    public async Task An_engine_without_procedures_says_so()
    {
        await AddSqliteAsync(Shop);
        var session = await ServeAsync();

        Assert.Equal("NOT_SUPPORTED", CodeOf(await session.CallAsync("list_procedures")));
        var error = ErrorOf(await session.CallAsync("get_procedure_definition", new { procedure = "p" }));
        Assert.Equal("NOT_SUPPORTED", error.GetProperty("code").GetString());
        Assert.Contains("'sqlite'", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task An_engine_without_a_catalogue_still_runs_queries()
    {
        await AddSqliteAsync(Shop);
        Databases[0] = Databases[0] with { CatalogFor = static _ => null };
        var session = await ServeAsync();

        Assert.Equal("NOT_SUPPORTED", CodeOf(await session.CallAsync("list_tables")));
        Assert.Equal("NOT_SUPPORTED", CodeOf(await session.CallAsync("sample_rows", new { table = "customers" })));
        Assert.Equal(3, (await SelectAsync(session, "select name from customers")).GetProperty("row_count_total").GetInt32());
    }

    [Fact]
    public async Task The_source_of_every_overload_of_a_procedure_is_shown_whole()
    {
        var comment = new string('x', 20_000);
        await AddPostgresAsync(
            $"""
            create function twice(n int) returns int language sql as $$ select n * 2 /* {comment} */ $$;
            create function twice(n text) returns text language sql as $$ select n || n $$
            """);
        var session = await ServeAsync();

        Assert.Equal(["twice"], Names(await session.CallAsync("list_procedures"), "procedures", "procedure_name"));
        var source = SuccessOf(await session.CallAsync("get_procedure_definition", new { procedure = "twice" })).GetProperty("definition").GetString();
        Assert.Contains(comment, source);
        Assert.Contains("n || n", source);
        Assert.Equal("PROCEDURE_NOT_FOUND", CodeOf(await session.CallAsync("get_procedure_definition", new { procedure = "thrice" })));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Sample_rows_reads_as_many_as_asked_for(string engine)
    {
        await AddAsync(engine, Shop);
        var session = await ServeAsync();

        var all = SuccessOf(await session.CallAsync("sample_rows", new { table = "customers" }));
        Assert.Equal(3, all.GetProperty("row_count_returned").GetInt32());
        Assert.Equal("Ada", all.GetProperty("rows")[0].GetProperty("name").GetString());
        Assert.Equal(2, SuccessOf(await session.CallAsync("sample_rows", new { table = "customers", limit = 2 })).GetProperty("rows").GetArrayLength());
        Assert.Equal(0, SuccessOf(await session.CallAsync("sample_rows", new { table = "big_invoices" })).GetProperty("row_count_returned").GetInt32());
        Assert.Equal("INVALID_ARGUMENT", CodeOf(await session.CallAsync("sample_rows", new { table = "customers", limit = 101 })));
    }

    [Fact]
    public async Task Of_several_databases_the_named_one_is_read()
    {
        await AddSqliteAsync("create table only_here (a int)", "orders");
        await AddPostgresAsync("create table only_there (a int)", "reports");
        var session = await ServeAsync();

        Assert.Equal(["only_here"], Names(await session.CallAsync("list_tables", new { database = "orders" }), "tables", "table_name"));
        Assert.Equal(["only_there"], Names(await session.CallAsync("list_tables", new { database = "reports" }), "tables", "table_name"));
        var error = ErrorOf(await session.CallAsync("list_tables"));
        Assert.Contains("'database' is missing", error.GetProperty("message").GetString());
        Assert.Contains("orders, reports", ErrorOf(await session.CallAsync("list_tables", new { database = "payroll" })).GetProperty("message").GetString());
    }

    private static List<string?> Names(ModelContextProtocol.Protocol.CallToolResult result, string list, string column) =>
        [.. SuccessOf(result).GetProperty(list).EnumerateArray().Select(e => e.GetProperty(column).GetString())];
}
