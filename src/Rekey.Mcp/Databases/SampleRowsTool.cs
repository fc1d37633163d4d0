using System.Text.Json;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Arguments;
using Rekey.Mcp.Results;
using Rekey.Mcp.Tools;

namespace Rekey.Mcp.Databases;

/// <summary>Reads the first few rows of a table.</summary>
internal sealed class SampleRowsTool(ToolText text, DatabaseSet databases)
    : DatabaseTool(text, databases, TableArguments.Schema, TableArguments.Table, Limit)
{
    private static readonly IntegerParameter Limit = new("limit", "How many rows to read.", 1, 100) { Default = 10 };

    protected override JsonElement OutputSchema => ResultSchema.Of(
        $$"""
        "schema": { "type": "string" },
        "table": { "type": "string" },
        {{ColumnsAndRows}}
        """, """ "schema", "table", "rows", "row_count_returned", "truncated" """.Trim());

    protected override async Task<CallToolResult> CallAsync(ReadOnlyDatabase database, ToolArguments arguments, CancellationToken cancellationToken)
    {
        var table = arguments.Get(TableArguments.Table)!;
        var limit = arguments.Get(Limit);
        var (schema, page) = await database.ReadAsync(
            async (session, token) =>
            {
                var catalog = session.CatalogFor(Name);
                var schema = arguments.Get(TableArguments.Schema) ?? catalog.DefaultSchema;
                // Asked first: what an engine says about an unknown table is a failed statement like any other.
                if (!await session.HasTableAsync(Name, schema, table, CatalogCells, token).ConfigureAwait(false))
                    throw new CredentialException(DatabaseToolErrors.TableNotFound(schema, table));
                var sql = catalog.SampleRows(schema, table, limit);
                return (schema, await session.QueryAsync(sql, [], new RowReader(limit, DataCells), token).ConfigureAwait(false));
            },
            cancellationToken).ConfigureAwait(false);
        return ToolResult.Success(json =>
        {
            json.WriteString("schema", schema);
            json.WriteString("table", table);
            RowsJson.Write(json, page);
        });
    }
}
