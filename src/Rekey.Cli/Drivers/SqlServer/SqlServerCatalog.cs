using System.Collections.Frozen;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.SqlClient;
using Rekey.Mcp.Databases;
using Rekey.Mcp.Sql;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>SQL Server 2016 and later and Azure SQL, read from the catalogue views of <c>sys</c>: they show what the login may see.</summary>
public sealed class SqlServerCatalog : IDatabaseCatalog
{
    private const string AskedSchema = "(@schema is null or s.name = @schema)";
    private const string AskedObject = "s.name = @schema and o.name = @name";
    private const string OfUsers = "o.is_ms_shipped = 0";

    /// <inheritdoc/>
    public string Engine => "sqlserver";

    /// <inheritdoc/>
    public string DefaultSchema => "dbo";

    /// <inheritdoc/>
    public SqlDialect Dialect => SqlDialect.Transact;

    /// <summary>
    /// What a SELECT can call that reaches beyond the database: other servers, files, services. Procedures are not among them: they need
    /// EXECUTE, which is refused as a word.
    /// </summary>
    public IReadOnlySet<string> WritingFunctions { get; } = new[]
    {
        "openrowset", "openquery", "opendatasource",
        "fn_get_audit_file", "fn_trace_gettable", "fn_xe_file_target_read_file", "fn_dblog", "fn_dump_dblog",
        "dm_os_file_exists", "dm_os_enumerate_filesystem", "get_filestream_transaction_context", "ai_generate_embeddings",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string? Sql(CatalogQuery query) => query switch
    {
        CatalogQuery.Schemas => Schemas,
        CatalogQuery.Tables => Objects("table_name", "'U'"),
        CatalogQuery.Views => Objects("view_name", "'V'"),
        CatalogQuery.Columns => Columns,
        CatalogQuery.Indexes => Indexes,
        CatalogQuery.ForeignKeys => ForeignKeys,
        CatalogQuery.ViewDefinition => Source("'V'"),
        CatalogQuery.Procedures => Procedures,
        CatalogQuery.ProcedureDefinition => Source(Modules),
        _ => null,
    };

    /// <inheritdoc/>
    public string? SqlStateOf(DbException exception) => exception is SqlException failed ? SqlServerStates.Of(failed.Number) : exception.SqlState;

    /// <inheritdoc/>
    public string SampleRows(string schema, string table, int rows) =>
        string.Create(CultureInfo.InvariantCulture, $"select top ({rows}) * from {Quoted(schema)}.{Quoted(table)}");

    private static string Quoted(string name) => '[' + name.Replace("]", "]]", StringComparison.Ordinal) + ']';

    // From 16384 on the numbers belong to the fixed roles, which have a schema each; 2 to 4 are guest, INFORMATION_SCHEMA and sys.
    private const string Schemas = "select s.name as schema_name from sys.schemas s where s.schema_id not between 2 and 4 and s.schema_id < 16384 order by 1";

    // procedures and functions: in SQL and of the runtime
    private const string Modules = "'P', 'PC', 'FN', 'IF', 'TF', 'FS', 'FT'";

    private static string Objects(string column, string kinds) =>
        $"""
        select s.name as schema_name, o.name as {column}
        from sys.objects o join sys.schemas s on s.schema_id = o.schema_id
        where o.type in ({kinds}) and {OfUsers} and {AskedSchema}
        order by 1, 2
        """;

    // A type is written as people declare it: lengths of nchar and nvarchar are counted in bytes, and -1 is without a limit.
    private const string Columns =
        $"""
        select c.name as column_name,
               case when t.is_user_defined = 1 then schema_name(t.schema_id) + '.' + t.name
                    when t.name in ('varchar', 'char', 'varbinary', 'binary', 'nvarchar', 'nchar')
                    then t.name + '(' + case when c.max_length = -1 then 'max'
                         else cast(case when t.name in ('nvarchar', 'nchar') then c.max_length / 2 else c.max_length end as varchar(10)) end + ')'
                    when t.name in ('decimal', 'numeric') then t.name + '(' + cast(c.precision as varchar(10)) + ',' + cast(c.scale as varchar(10)) + ')'
                    when t.name in ('datetime2', 'datetimeoffset', 'time') then t.name + '(' + cast(c.scale as varchar(10)) + ')'
                    else t.name end as data_type,
               c.is_nullable, c.is_identity,
               cast(case when exists (
                   select 1 from sys.indexes i
                   join sys.index_columns k on k.object_id = i.object_id and k.index_id = i.index_id
                   where i.object_id = c.object_id and i.is_primary_key = 1 and k.column_id = c.column_id) then 1 else 0 end as bit) as is_primary_key,
               case when g.definition is null then d.definition else 'generated always as ' + g.definition end as column_default
        from sys.objects o
        join sys.schemas s on s.schema_id = o.schema_id
        join sys.columns c on c.object_id = o.object_id
        join sys.types t on t.user_type_id = c.user_type_id
        left join sys.default_constraints d on d.object_id = c.default_object_id
        left join sys.computed_columns g on g.object_id = c.object_id and g.column_id = c.column_id
        where {AskedObject} and o.type in ('U', 'V')
        order by c.column_id
        """;

    // Key columns only; those of a columnstore have no order and are counted as they are kept. A heap is no index.
    private const string Indexes =
        $"""
        select i.name as index_name, c.name as column_name,
               cast(case when k.key_ordinal = 0 then k.index_column_id else k.key_ordinal end as int) as ordinal, i.is_unique, i.is_primary_key
        from sys.objects o
        join sys.schemas s on s.schema_id = o.schema_id
        join sys.indexes i on i.object_id = o.object_id and i.type > 0 and i.is_hypothetical = 0
        join sys.index_columns k on k.object_id = i.object_id and k.index_id = i.index_id and (k.key_ordinal > 0 or i.type in (5, 6))
        join sys.columns c on c.object_id = k.object_id and c.column_id = k.column_id
        where {AskedObject}
        order by i.is_primary_key desc, 1, 3
        """;

    private const string ForeignKeys =
        $"""
        select f.name as constraint_name, c.name as column_name, rs.name as referenced_schema, r.name as referenced_table, rc.name as referenced_column
        from sys.foreign_keys f
        join sys.objects o on o.object_id = f.parent_object_id
        join sys.schemas s on s.schema_id = o.schema_id
        join sys.foreign_key_columns k on k.constraint_object_id = f.object_id
        join sys.columns c on c.object_id = k.parent_object_id and c.column_id = k.parent_column_id
        join sys.objects r on r.object_id = k.referenced_object_id
        join sys.schemas rs on rs.schema_id = r.schema_id
        join sys.columns rc on rc.object_id = k.referenced_object_id and rc.column_id = k.referenced_column_id
        where {AskedObject}
        order by 1, k.constraint_column_id
        """;

    private const string Procedures =
        $"""
        select s.name as schema_name, o.name as procedure_name, case when o.type in ('P', 'PC') then 'procedure' else 'function' end as procedure_type
        from sys.objects o join sys.schemas s on s.schema_id = o.schema_id
        where o.type in ({Modules}) and {OfUsers} and {AskedSchema}
        order by 1, 2
        """;

    // Null when it is encrypted, runs in the runtime, or may not be seen.
    private static string Source(string kinds) =>
        $"""
        select m.definition
        from sys.objects o
        join sys.schemas s on s.schema_id = o.schema_id
        left join sys.sql_modules m on m.object_id = o.object_id
        where {AskedObject} and o.type in ({kinds})
        """;
}
