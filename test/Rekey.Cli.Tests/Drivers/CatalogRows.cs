using System.Data;
using System.Data.Common;
using System.Globalization;
using Rekey.Mcp.Databases;

namespace Rekey.Cli.Tests.Drivers;

/// <summary>Asks a catalogue as the tools do.</summary>
internal static class CatalogRows
{
    /// <summary>The rows, each as its values with a bar between them; null is a dash.</summary>
    public static Task<List<string>> AskAsync(
        this IDatabaseCatalog catalog, DbConnection connection, CatalogQuery query, string? schema = null, string? name = null)
    {
        (string, string?)[] parameters = query switch
        {
            CatalogQuery.Schemas => [],
            CatalogQuery.Tables or CatalogQuery.Views or CatalogQuery.Procedures => [("@schema", schema)],
            _ => [("@schema", schema), ("@name", name)],
        };
        return RowsAsync(connection, catalog.Sql(query)!, Columns(query), parameters);
    }

    public static async Task<List<string>> RowsAsync(DbConnection connection, string sql, string? columns = null, params (string Name, string? Value)[] parameters)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = DbType.String;
            parameter.Value = value is null ? DBNull.Value : value;
            command.Parameters.Add(parameter);
        }
        await using var reader = await command.ExecuteReaderAsync();
        if (columns is not null)
            Assert.Equal(columns, string.Join(", ", Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)));
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader, i))));
        return rows;
    }

    private static string Text(DbDataReader reader, int i) => reader.IsDBNull(i)
        ? "-"
        : reader.GetName(i).StartsWith("is_", StringComparison.Ordinal)
            ? Convert.ToBoolean(reader.GetValue(i), CultureInfo.InvariantCulture) ? "yes" : "no"
            : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!;

    // What the tools are promised, in order.
    private static string Columns(CatalogQuery query) => query switch
    {
        CatalogQuery.Schemas => "schema_name",
        CatalogQuery.Tables => "schema_name, table_name",
        CatalogQuery.Columns => "column_name, data_type, is_nullable, is_identity, is_primary_key, column_default",
        CatalogQuery.Indexes => "index_name, column_name, ordinal, is_unique, is_primary_key",
        CatalogQuery.ForeignKeys => "constraint_name, column_name, referenced_schema, referenced_table, referenced_column",
        CatalogQuery.Views => "schema_name, view_name",
        CatalogQuery.Procedures => "schema_name, procedure_name, procedure_type",
        _ => "definition",
    };
}
