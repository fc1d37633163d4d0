using System.Text.Json;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Arguments;
using Rekey.Mcp.Results;
using Rekey.Mcp.Tools;

namespace Rekey.Mcp.Databases;

/// <summary>Tells about one table: columns, indexes, foreign keys. A table that does not exist is an error, never an empty answer.</summary>
internal sealed class TableDetailTool(ToolText text, DatabaseSet databases, TableDetail detail) : DatabaseTool(text, databases, TableArguments.Schema, TableArguments.Table)
{
    private const int MaxEntries = 5000;

    protected override JsonElement OutputSchema => ResultSchema.Of(
        $$"""
        "schema": { "type": "string" },
        "table": { "type": "string" },
        "{{detail.Key}}": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": { {{detail.Properties}} },
            "required": [{{detail.Required}}]
          }
        },
        "truncated": { "type": "boolean" }
        """, $"\"schema\", \"table\", \"{detail.Key}\", \"truncated\"");

    protected override async Task<CallToolResult> CallAsync(ReadOnlyDatabase database, ToolArguments arguments, CancellationToken cancellationToken)
    {
        var table = arguments.Get(TableArguments.Table)!;
        var (schema, page) = await database.ReadAsync(
            async (session, token) =>
            {
                var name = arguments.Get(TableArguments.Schema) ?? session.CatalogFor(Name).DefaultSchema;
                var found = await session.AskAsync(Name, detail.Query, name, table, new RowReader(MaxEntries, CatalogCells), token).ConfigureAwait(false);
                if (found.Count == 0 && !await session.HasTableAsync(Name, name, table, CatalogCells, token).ConfigureAwait(false))
                    throw new CredentialException(DatabaseToolErrors.TableNotFound(name, table));
                return (name, found);
            },
            cancellationToken).ConfigureAwait(false);
        return ToolResult.Success(json =>
        {
            json.WriteString("schema", schema);
            json.WriteString("table", table);
            json.WritePropertyName(detail.Key);
            json.WriteRawValue(page.Rows.Span, skipInputValidation: true);
            json.WriteBoolean("truncated", page.IsCut);
        });
    }
}

/// <summary>What is asked about a table and how the answer is called.</summary>
internal sealed record TableDetail(CatalogQuery Query, string Key, string Properties, string Required);
