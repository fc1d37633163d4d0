using System.Data.Common;
using Rekey.Mcp.Sql;

namespace Rekey.Mcp.Databases;

/// <summary>The questions that the database tools ask a catalogue.</summary>
public enum CatalogQuery
{
    /// <summary>User-defined schemas: <c>schema_name</c>.</summary>
    Schemas,

    /// <summary>Tables: <c>schema_name, table_name</c>. Takes <c>@schema</c>, which may be null.</summary>
    Tables,

    /// <summary>Columns of <c>@schema.@name</c>, in order: <c>column_name, data_type, is_nullable, is_identity, is_primary_key, column_default</c>.</summary>
    Columns,

    /// <summary>One row per index and column of <c>@schema.@name</c>: <c>index_name, column_name, ordinal, is_unique, is_primary_key</c>.</summary>
    Indexes,

    /// <summary>Foreign keys that start at <c>@schema.@name</c>: <c>constraint_name, column_name, referenced_schema, referenced_table, referenced_column</c>.</summary>
    ForeignKeys,

    /// <summary>Views: <c>schema_name, view_name</c>. Takes <c>@schema</c>, which may be null.</summary>
    Views,

    /// <summary>The source of the view <c>@schema.@name</c>: <c>definition</c>.</summary>
    ViewDefinition,

    /// <summary>Procedures and functions: <c>schema_name, procedure_name, procedure_type</c>. Takes <c>@schema</c>, which may be null.</summary>
    Procedures,

    /// <summary>The source of the procedure <c>@schema.@name</c>: <c>definition</c>.</summary>
    ProcedureDefinition,
}

/// <summary>What the tools need to know of one engine's catalogue: plain SQL with named parameters, and how a name is quoted.</summary>
public interface IDatabaseCatalog
{
    /// <summary>The engine's name in a credential.</summary>
    string Engine { get; }

    /// <summary>The schema that is meant when none is given.</summary>
    string DefaultSchema { get; }

    /// <summary>The statement for a question; null when the engine has no such thing and the tool answers <c>NOT_SUPPORTED</c>.</summary>
    string? Sql(CatalogQuery query);

    /// <summary>Reads the first <paramref name="rows"/> rows of a table. Names are quoted by the engine's rules.</summary>
    string SampleRows(string schema, string table, int rows);

    /// <summary>How the engine's SQL is read.</summary>
    SqlDialect Dialect => SqlDialect.Standard;

    /// <summary>Whether the driver hands out a long value piece by piece when a row is read in order. Otherwise it is read whole.</summary>
    bool StreamsValues => false;

    /// <summary>The standard's code for a failed statement; null when there is none.</summary>
    string? SqlStateOf(DbException exception) => exception.SqlState;

    /// <summary>Functions that change something although they are called in a SELECT, lower case.</summary>
    IReadOnlySet<string> WritingFunctions { get; }
}
