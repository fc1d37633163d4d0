using System.Collections.Frozen;
using System.Globalization;
using Rekey.Mcp.Databases;

namespace Rekey.Cli.Drivers.Postgres;

/// <summary>PostgreSQL 12 and later, read from <c>pg_catalog</c>: the information schema hides what the login does not own.</summary>
public sealed class PostgresCatalog : IDatabaseCatalog
{
    // The server keeps names that begin with pg_ for itself.
    private const string UserSchema = @"n.nspname not like 'pg\_%' and n.nspname <> 'information_schema'";
    private const string AskedSchema = $"{UserSchema} and (@schema::text is null or n.nspname = @schema::text)";
    private const string AskedRelation = "n.nspname = @schema::text and c.relname = @name::text";

    /// <inheritdoc/>
    public string Engine => "postgres";

    /// <inheritdoc/>
    public string DefaultSchema => "public";

    /// <inheritdoc/>
    public bool StreamsValues => true;

    /// <inheritdoc/>
    public IReadOnlySet<string> WritingFunctions { get; } = PostgresWritingFunctions.Names.ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? Sql(CatalogQuery query) => query switch
    {
        CatalogQuery.Schemas => $"select n.nspname as schema_name from pg_catalog.pg_namespace n where {UserSchema} order by 1",
        CatalogQuery.Tables => Relations("table_name", "'r', 'p', 'f'"),
        CatalogQuery.Views => Relations("view_name", "'v', 'm'"),
        CatalogQuery.Columns => Columns,
        CatalogQuery.Indexes => Indexes,
        CatalogQuery.ForeignKeys => ForeignKeys,
        CatalogQuery.ViewDefinition => ViewDefinition,
        CatalogQuery.Procedures => Procedures,
        CatalogQuery.ProcedureDefinition => ProcedureDefinition,
        _ => null,
    };

    /// <inheritdoc/>
    public string SampleRows(string schema, string table, int rows) =>
        string.Create(CultureInfo.InvariantCulture, $"select * from {Quoted(schema)}.{Quoted(table)} limit {rows}");

    private static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';

    private static string Relations(string column, string kinds) =>
        $"""
        select n.nspname as schema_name, c.relname as {column}
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ({kinds}) and {AskedSchema}
        order by 1, 2
        """;

    private const string Columns =
        $"""
        select a.attname as column_name,
               pg_catalog.format_type(a.atttypid, a.atttypmod) as data_type,
               not (a.attnotnull or t.typnotnull) as is_nullable,
               a.attidentity <> '' as is_identity,
               exists (select 1 from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any (i.indkey)) as is_primary_key,
               case when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid)
                    else 'generated always as (' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) || ')' end as column_default
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_catalog.pg_type t on t.oid = a.atttypid
        left join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where {AskedRelation} and c.relkind in ('r', 'p', 'f', 'v', 'm')
        order by a.attnum
        """;

    // Key columns only; an expression stands for itself.
    private const string Indexes =
        $"""
        select x.relname as index_name,
               coalesce(a.attname::text, pg_catalog.pg_get_indexdef(i.indexrelid, k.ordinal, true)) as column_name,
               k.ordinal, i.indisunique as is_unique, i.indisprimary as is_primary_key
        from pg_catalog.pg_index i
        join pg_catalog.pg_class x on x.oid = i.indexrelid
        join pg_catalog.pg_class c on c.oid = i.indrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        cross join lateral generate_series(1, i.indnkeyatts::int) k (ordinal)
        left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[k.ordinal - 1] and a.attnum <> 0
        where {AskedRelation}
        order by i.indisprimary desc, 1, 3
        """;

    // A key to a partitioned table has a row of its own for each partition; they hang on the one that was declared.
    private const string ForeignKeys =
        $"""
        select f.conname as constraint_name, a.attname as column_name,
               rn.nspname as referenced_schema, r.relname as referenced_table, ra.attname as referenced_column
        from pg_catalog.pg_constraint f
        join pg_catalog.pg_class c on c.oid = f.conrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_class r on r.oid = f.confrelid
        join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
        cross join lateral unnest(f.conkey, f.confkey) with ordinality k (own, theirs, ordinal)
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.own
        join pg_catalog.pg_attribute ra on ra.attrelid = r.oid and ra.attnum = k.theirs
        where f.contype = 'f' and {AskedRelation}
          and not exists (select 1 from pg_catalog.pg_constraint p where p.oid = f.conparentid and p.conrelid = f.conrelid)
        order by 1, k.ordinal
        """;

    private const string ViewDefinition =
        $"""
        select pg_catalog.pg_get_viewdef(c.oid, true) as definition
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('v', 'm') and {AskedRelation}
        """;

    // What an extension brought is its business, and aggregates have no source.
    private const string Procedures =
        $"""
        select distinct n.nspname as schema_name, p.proname as procedure_name,
               case p.prokind when 'p' then 'procedure' else 'function' end as procedure_type
        from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where p.prokind <> 'a' and {AskedSchema}
          and not exists (select 1 from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
        order by 1, 2, 3
        """;

    private const string ProcedureDefinition =
        """
        select pg_catalog.pg_get_functiondef(p.oid) as definition
        from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where p.prokind <> 'a' and n.nspname = @schema::text and p.proname = @name::text
        order by p.oid
        """;
}
