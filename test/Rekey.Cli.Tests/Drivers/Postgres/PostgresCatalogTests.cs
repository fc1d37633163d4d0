using System.Data.Common;
using Rekey.Cli.Drivers.Postgres;
using Rekey.Mcp.Databases;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Drivers.Postgres;

public sealed class PostgresCatalogTests : PostgresTest
{
    private const string Shop =
        """"
        create schema shop;
        create type shop.size as enum ('small', 'large');
        create domain shop.amount as numeric(10, 2) not null;
        create table shop.customers (
            id bigint generated always as identity primary key,
            mail varchar(100) not null unique,
            name text,
            key text generated always as (lower(name)) stored,
            since timestamptz not null default now(),
            tags text[],
            dropped int
        );
        alter table shop.customers drop column dropped;
        create index customers_lower on shop.customers (lower(name), since desc) include (mail);
        create table shop.orders (
            customer bigint not null references shop.customers,
            number int not null default 1,
            size shop.size,
            total shop.amount,
            placed date not null,
            primary key (placed, number)
        ) partition by range (placed);
        create table shop.orders_2026 partition of shop.orders for values from ('2026-01-01') to ('2027-01-01');
        create table shop.lines (
            placed date, number int, line smallserial,
            constraint lines_order foreign key (placed, number) references shop.orders (placed, number)
        );
        create view shop.big as select id, mail from shop.customers where id > 10;
        create materialized view shop.summary as select count(*) as n from shop.customers;
        create function shop.twice(a int) returns int language sql as 'select a * 2';
        create function shop.twice(a text) returns text language sql as 'select a || a';
        create procedure shop.tidy() language sql as 'delete from shop.lines';
        create aggregate shop.total(int) (sfunc = int4pl, stype = int);
        create schema "Odd; drop ""x""";
        create table "Odd; drop ""x"""."t'a""b; -- ü \" ("c; ""d" int primary key, "ñ'" text);
        insert into "Odd; drop ""x"""."t'a""b; -- ü \" values (1, 'one'), (2, 'two'), (3, 'three');
        """";

    private const string OddSchema = "Odd; drop \"x\"";
    private const string OddTable = "t'a\"b; -- ü \\";

    private static readonly Lock Gate = new();
    private static Task<string>? _database;

    private readonly PostgresCatalog _catalog = new();
    private DbConnection _connection = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Task<string> database;
        lock (Gate)
            database = _database ??= CreateShopAsync();
        var admin = new Npgsql.NpgsqlConnectionStringBuilder(Server.AdminConnectionString);
        _connection = await Driver.OpenUnpooledAsync(
            new() { Engine = "postgres", Host = Server.Host, Port = Server.Port, Database = await database, UserName = "postgres", Password = Plant(admin.Password!) },
            CancellationToken.None);
    }

    public override async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task<string> CreateShopAsync()
    {
        var database = PostgresServer.NewName("shop");
        await Server.CreateDatabaseAsync(database);
        await Server.ExecuteAsync(Shop, database);
        return database;
    }

    private Task<List<string>> AskAsync(CatalogQuery query, string? schema = null, string? name = null) =>
        _catalog.AskAsync(_connection, query, schema, name);

    [Fact]
    public async Task Schemas_are_those_of_users() =>
        Assert.Equal(["Odd; drop \"x\"", "public", "shop"], await AskAsync(CatalogQuery.Schemas));

    [Fact]
    public async Task Tables_include_partitioned_ones_and_their_partitions()
    {
        Assert.Equal(["shop|customers", "shop|lines", "shop|orders", "shop|orders_2026"], await AskAsync(CatalogQuery.Tables, "shop"));
        Assert.Contains($"{OddSchema}|{OddTable}", await AskAsync(CatalogQuery.Tables));
        Assert.Empty(await AskAsync(CatalogQuery.Tables, "pg_catalog"));
        Assert.Empty(await AskAsync(CatalogQuery.Tables, "no_such_schema"));
    }

    [Fact]
    public async Task Columns_tell_type_nullability_identity_key_and_default()
    {
        Assert.Equal(
            [
                "id|bigint|no|yes|yes|-",
                "mail|character varying(100)|no|no|no|-",
                "name|text|yes|no|no|-",
                "key|text|yes|no|no|generated always as (lower(name))",
                "since|timestamp with time zone|no|no|no|now()",
                "tags|text[]|yes|no|no|-",
            ],
            await AskAsync(CatalogQuery.Columns, "shop", "customers"));
        Assert.Equal(
            ["customer|bigint|no|no|no|-", "number|integer|no|no|yes|1", "size|shop.size|yes|no|no|-", "total|shop.amount|no|no|no|-", "placed|date|no|no|yes|-"],
            await AskAsync(CatalogQuery.Columns, "shop", "orders"));
        Assert.Equal(["id|bigint|yes|no|no|-", "mail|character varying(100)|yes|no|no|-"], await AskAsync(CatalogQuery.Columns, "shop", "big"));
        Assert.Equal(["n|bigint|yes|no|no|-"], await AskAsync(CatalogQuery.Columns, "shop", "summary"));
        Assert.Empty(await AskAsync(CatalogQuery.Columns, "shop", "no_such_table"));
    }

    [Fact]
    public async Task Indexes_list_their_key_columns_in_order()
    {
        Assert.Equal(
            ["customers_pkey|id|1|yes|yes", "customers_lower|lower(name)|1|no|no", "customers_lower|since|2|no|no", "customers_mail_key|mail|1|yes|no"],
            await AskAsync(CatalogQuery.Indexes, "shop", "customers"));
        Assert.Equal(["orders_pkey|placed|1|yes|yes", "orders_pkey|number|2|yes|yes"], await AskAsync(CatalogQuery.Indexes, "shop", "orders"));
        Assert.Empty(await AskAsync(CatalogQuery.Indexes, "shop", "lines"));
    }

    [Fact]
    public async Task Foreign_keys_are_those_that_were_declared()
    {
        Assert.Equal(
            ["lines_order|placed|shop|orders|placed", "lines_order|number|shop|orders|number"],
            await AskAsync(CatalogQuery.ForeignKeys, "shop", "lines"));
        Assert.Equal(["orders_customer_fkey|customer|shop|customers|id"], await AskAsync(CatalogQuery.ForeignKeys, "shop", "orders"));
        Assert.Equal(["orders_customer_fkey|customer|shop|customers|id"], await AskAsync(CatalogQuery.ForeignKeys, "shop", "orders_2026"));
        Assert.Empty(await AskAsync(CatalogQuery.ForeignKeys, "shop", "customers"));
    }

    [Fact]
    public async Task Views_include_materialized_ones_and_show_their_source()
    {
        Assert.Equal(["shop|big", "shop|summary"], await AskAsync(CatalogQuery.Views, "shop"));
        Assert.Equal(["shop|big", "shop|summary"], await AskAsync(CatalogQuery.Views));
        Assert.Contains("WHERE", Assert.Single(await AskAsync(CatalogQuery.ViewDefinition, "shop", "big")), StringComparison.Ordinal);
        Assert.Contains("count(*)", Assert.Single(await AskAsync(CatalogQuery.ViewDefinition, "shop", "summary")), StringComparison.Ordinal);
        Assert.Empty(await AskAsync(CatalogQuery.ViewDefinition, "shop", "customers"));
    }

    [Fact]
    public async Task Procedures_and_functions_show_every_overload_and_no_aggregate()
    {
        Assert.Equal(["shop|tidy|procedure", "shop|twice|function"], await AskAsync(CatalogQuery.Procedures, "shop"));
        Assert.Equal(["shop|tidy|procedure", "shop|twice|function"], await AskAsync(CatalogQuery.Procedures));
        Assert.Equal(2, (await AskAsync(CatalogQuery.ProcedureDefinition, "shop", "twice")).Count);
        Assert.Contains("delete from shop.lines", Assert.Single(await AskAsync(CatalogQuery.ProcedureDefinition, "shop", "tidy")), StringComparison.Ordinal);
        Assert.Empty(await AskAsync(CatalogQuery.ProcedureDefinition, "shop", "total"));
    }

    [Fact]
    public async Task Hostile_names_are_names()
    {
        Assert.Equal([$"{OddSchema}|{OddTable}"], await AskAsync(CatalogQuery.Tables, OddSchema));
        Assert.Equal(["c; \"d|integer|no|no|yes|-", "ñ'|text|yes|no|no|-"], await AskAsync(CatalogQuery.Columns, OddSchema, OddTable));
        Assert.Equal([$"{OddTable}_pkey|c; \"d|1|yes|yes"], await AskAsync(CatalogQuery.Indexes, OddSchema, OddTable));
        Assert.Equal(["1|one", "2|two"], await CatalogRows.RowsAsync(_connection, _catalog.SampleRows(OddSchema, OddTable, 2)));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            CatalogRows.RowsAsync(_connection, _catalog.SampleRows("shop", "customers\"; drop table shop.lines; --", 1)));
        Assert.NotEmpty(await AskAsync(CatalogQuery.Columns, "shop", "lines"));
    }

    [Fact]
    public async Task A_login_without_any_grant_reads_the_catalogue_in_a_read_only_transaction()
    {
        var login = await NewLoginAsync(_connection.Database);
        await using var connection = await Driver.OpenUnpooledAsync(login, CancellationToken.None);
        await using var transaction = await Driver.BeginReadOnlyAsync(connection, TimeSpan.FromSeconds(10), CancellationToken.None);

        foreach (var query in Enum.GetValues<CatalogQuery>())
            await _catalog.AskAsync(connection, query, "shop", "customers");

        Assert.Equal(6, (await _catalog.AskAsync(connection, CatalogQuery.Columns, "shop", "customers")).Count);
    }

    /// <summary>Names that the server does not have would protect nothing; those of other versions and extensions are left out here.</summary>
    [Theory]
    [InlineData("nextval")]
    [InlineData("setval")]
    [InlineData("set_config")]
    [InlineData("pg_terminate_backend")]
    [InlineData("pg_cancel_backend")]
    [InlineData("pg_reload_conf")]
    [InlineData("pg_rotate_logfile")]
    [InlineData("pg_notify")]
    [InlineData("pg_advisory_lock")]
    [InlineData("pg_read_file")]
    [InlineData("lo_unlink")]
    [InlineData("query_to_xml")]
    public async Task Functions_that_write_are_known(string function)
    {
        Assert.Contains(function, _catalog.WritingFunctions);
        Assert.True((bool)(await ScalarAsync(_connection, $"select exists (select 1 from pg_proc where proname = '{function}')"))!);
    }

    [Fact]
    public async Task Every_volatile_function_of_the_server_that_belongs_to_a_family_of_writers_is_known()
    {
        var families = await CatalogRows.RowsAsync(
            _connection,
            """
            select distinct proname from pg_proc
            where pronamespace = 'pg_catalog'::regnamespace and provolatile = 'v'
              and (proname ~ '^pg_(try_)?advisory' or proname ~ '^pg_(create|copy|drop)_.*slot' or proname ~ '^pg_replication_origin_(create|drop|advance|session_setup|session_reset|xact)'
                   or proname ~ '^lo_(creat|from|import|export|put|truncate|unlink)' or proname ~ '^pg_stat_reset' or proname ~ '^pg_(backup|wal_replay)_(start|stop|pause|resume)')
            """);

        Assert.NotEmpty(families);
        Assert.Empty(families.Except(_catalog.WritingFunctions));
    }
}
