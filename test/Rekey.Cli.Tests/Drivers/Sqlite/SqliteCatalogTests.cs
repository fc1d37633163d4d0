using System.Data.Common;
using Rekey.Cli.Drivers.Sqlite;
using Rekey.Mcp.Databases;

namespace Rekey.Cli.Tests.Drivers.Sqlite;

public sealed class SqliteCatalogTests : IAsyncLifetime
{
    private const string OddTable = "t'a\"b; -- ü \\";

    private readonly SqliteCatalog _catalog = new();
    private readonly SqliteFile _file = new(
        """"
        create table customers (
            id integer primary key autoincrement,
            mail text not null unique,
            name text default 'nobody',
            key text generated always as (lower(name)) virtual,
            long text as (name || mail) stored
        );
        create index customers_lower on customers (lower(name), mail desc);
        create table orders (placed text not null, number int, customer references customers, primary key (placed, number)) without rowid;
        create table lines (placed text, number int, line int, foreign key (placed, number) references orders, foreign key (line) references customers (id));
        create table plain (code integer primary key desc, a, b blob not null);
        create table named (code text primary key);
        create view big as select id, mail from customers where id > 10;
        create table "t'a""b; -- ü \" ("c; ""d" int primary key, "ñ'" text);
        insert into "t'a""b; -- ü \" values (1, 'one'), (2, 'two'), (3, 'three');
        """");

    private DbConnection _connection = null!;

    public async ValueTask InitializeAsync() =>
        _connection = await new SqliteDriver(TimeProvider.System).OpenUnpooledAsync(_file.Login, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _file.Dispose();
    }

    private Task<List<string>> AskAsync(CatalogQuery query, string? schema = null, string? name = null) =>
        _catalog.AskAsync(_connection, query, schema, name);

    [Fact]
    public async Task There_is_one_schema()
    {
        Assert.Equal(["main"], await AskAsync(CatalogQuery.Schemas));
        Assert.Equal("main", _catalog.DefaultSchema);
    }

    [Fact]
    public async Task Tables_are_those_of_users()
    {
        string[] tables = ["main|customers", "main|lines", "main|named", "main|orders", "main|plain", $"main|{OddTable}"];
        Assert.Equal(tables, await AskAsync(CatalogQuery.Tables));
        Assert.Equal(tables, await AskAsync(CatalogQuery.Tables, "MAIN"));
        Assert.Empty(await AskAsync(CatalogQuery.Tables, "no_such_schema"));
    }

    [Fact]
    public async Task Columns_tell_type_nullability_identity_key_and_default()
    {
        Assert.Equal(
            [
                "id|integer|no|yes|yes|-",
                "mail|text|no|no|no|-",
                "name|text|yes|no|no|'nobody'",
                "key|text|yes|no|no|generated always, virtual",
                "long|text|yes|no|no|generated always, stored",
            ],
            await AskAsync(CatalogQuery.Columns, "main", "customers"));
        Assert.Equal(["placed|text|no|no|yes|-", "number|int|no|no|yes|-", "customer||yes|no|no|-"], await AskAsync(CatalogQuery.Columns, "main", "orders"));
        Assert.Equal(["code|integer|yes|no|yes|-", "a||yes|no|no|-", "b|blob|no|no|no|-"], await AskAsync(CatalogQuery.Columns, "main", "plain"));
        Assert.Equal(["code|text|yes|no|yes|-"], await AskAsync(CatalogQuery.Columns, "main", "named"));
        Assert.Equal(2, (await AskAsync(CatalogQuery.Columns, "Main", "BIG")).Count);
        Assert.Empty(await AskAsync(CatalogQuery.Columns, "main", "no_such_table"));
        Assert.Empty(await AskAsync(CatalogQuery.Columns, "other", "customers"));
    }

    [Fact]
    public async Task Indexes_list_their_key_columns_in_order()
    {
        Assert.Equal(
            ["customers_lower|(expression)|1|no|no", "customers_lower|mail|2|no|no", "sqlite_autoindex_customers_1|mail|1|yes|no"],
            await AskAsync(CatalogQuery.Indexes, "main", "customers"));
        Assert.Equal(
            ["sqlite_autoindex_orders_1|placed|1|yes|yes", "sqlite_autoindex_orders_1|number|2|yes|yes"],
            await AskAsync(CatalogQuery.Indexes, "main", "orders"));
    }

    [Fact]
    public async Task Foreign_keys_name_the_columns_they_mean()
    {
        Assert.Equal(
            ["fk_0|line|main|customers|id", "fk_1|placed|main|orders|placed", "fk_1|number|main|orders|number"],
            await AskAsync(CatalogQuery.ForeignKeys, "main", "lines"));
        Assert.Equal(["fk_0|customer|main|customers|id"], await AskAsync(CatalogQuery.ForeignKeys, "main", "orders"));
    }

    [Fact]
    public async Task Views_show_their_source_and_there_are_no_procedures()
    {
        Assert.Equal(["main|big"], await AskAsync(CatalogQuery.Views));
        Assert.Equal(["create view big as select id, mail from customers where id > 10"], [.. (await AskAsync(CatalogQuery.ViewDefinition, "main", "Big")).Select(static d => d.Replace("CREATE VIEW", "create view", StringComparison.Ordinal))]);
        Assert.Empty(await AskAsync(CatalogQuery.ViewDefinition, "main", "customers"));
        Assert.Null(_catalog.Sql(CatalogQuery.Procedures));
        Assert.Null(_catalog.Sql(CatalogQuery.ProcedureDefinition));
    }

    [Fact]
    public async Task Hostile_names_are_names()
    {
        Assert.Equal(["c; \"d|int|yes|no|yes|-", "ñ'|text|yes|no|no|-"], await AskAsync(CatalogQuery.Columns, "main", OddTable));
        Assert.Equal([$"sqlite_autoindex_{OddTable}_1|c; \"d|1|yes|yes"], await AskAsync(CatalogQuery.Indexes, "main", OddTable));
        Assert.Equal(["1|one", "2|two"], await CatalogRows.RowsAsync(_connection, _catalog.SampleRows("main", OddTable, 2)));
        await Assert.ThrowsAnyAsync<DbException>(() => CatalogRows.RowsAsync(_connection, _catalog.SampleRows("main", "customers\"; drop table lines; --", 1)));
    }
}
