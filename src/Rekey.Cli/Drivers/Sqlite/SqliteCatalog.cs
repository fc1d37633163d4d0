using System.Collections.Frozen;
using System.Globalization;
using Rekey.Mcp.Databases;
using Rekey.Mcp.Sql;

namespace Rekey.Cli.Drivers.Sqlite;

/// <summary>SQLite, read from its own table of contents. There is one schema: nothing is attached to a connection of ours.</summary>
public sealed class SqliteCatalog : IDatabaseCatalog
{
    private const string Main = "main";

    /// <inheritdoc/>
    public string Engine => "sqlite";

    /// <inheritdoc/>
    public string DefaultSchema => Main;

    /// <inheritdoc/>
    public SqlDialect Dialect => SqlDialect.Bracketed;

    /// <summary>
    /// What a build of the engine may offer beside SQL: code that is loaded, files that are read or written, programs that are run.
    /// </summary>
    public IReadOnlySet<string> WritingFunctions { get; } =
        new[] { "load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "fsdir", "zipfile" }.ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? Sql(CatalogQuery query) => query switch
    {
        CatalogQuery.Schemas => $"select '{Main}' as schema_name",
        CatalogQuery.Tables => Entries("table"),
        CatalogQuery.Views => Entries("view"),
        CatalogQuery.Columns => Columns,
        CatalogQuery.Indexes => Indexes,
        CatalogQuery.ForeignKeys => ForeignKeys,
        CatalogQuery.ViewDefinition => ViewDefinition,
        _ => null,
    };

    /// <inheritdoc/>
    public string SampleRows(string schema, string table, int rows) =>
        string.Create(CultureInfo.InvariantCulture, $"select * from {Quoted(schema)}.{Quoted(table)} limit {rows}");

    private static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    private static string Entries(string type) =>
        $"""
        select '{Main}' as schema_name, name as {type}_name
        from sqlite_master
        where type = '{type}' and name not like 'sqlite\_%' escape '\' and (@schema is null or @schema = '{Main}' collate nocase)
        order by 2
        """;

    // The engine takes GENERATED ALWAYS for a part of the type. An INTEGER primary key without an index of its own is the row's number: the engine assigns it, and it is never null.
    private const string Columns =
        $"""
        with t as (
            select *, pk = 1 and upper(type) = 'INTEGER' and (select max(pk) from pragma_table_xinfo(@name, '{Main}')) = 1
                and not exists (select 1 from pragma_index_list(@name, '{Main}') where origin = 'pk') as is_row_number
            from pragma_table_xinfo(@name, '{Main}')
        )
        select name as column_name,
               case when lower(type) like '%generated always' then rtrim(substr(type, 1, length(type) - 16)) else type end as data_type,
               not ("notnull" or is_row_number) as is_nullable, is_row_number as is_identity,
               pk > 0 as is_primary_key,
               case hidden when 2 then 'generated always, virtual' when 3 then 'generated always, stored' else dflt_value end as column_default
        from t
        where hidden <> 1 and @schema = '{Main}' collate nocase
        order by cid
        """;

    private const string Indexes =
        $"""
        select l.name as index_name, coalesce(c.name, '(expression)') as column_name, c.seqno + 1 as ordinal,
               l."unique" as is_unique, l.origin = 'pk' as is_primary_key
        from pragma_index_list(@name, '{Main}') l, pragma_index_xinfo(l.name, '{Main}') c
        where c.key and @schema = '{Main}' collate nocase
        order by is_primary_key desc, 1, 3
        """;

    // The engine keeps no names for foreign keys; they are numbered. A key that names no column means the primary key.
    private const string ForeignKeys =
        $"""
        select 'fk_' || f.id as constraint_name, f."from" as column_name, '{Main}' as referenced_schema, f."table" as referenced_table,
               coalesce(f."to", (select name from pragma_table_info(f."table", '{Main}') where pk = f.seq + 1)) as referenced_column
        from pragma_foreign_key_list(@name, '{Main}') f
        where @schema = '{Main}' collate nocase
        order by f.id, f.seq
        """;

    private const string ViewDefinition =
        $"select sql as definition from sqlite_master where type = 'view' and name = @name collate nocase and @schema = '{Main}' collate nocase";
}
