using System.Text.Json;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Arguments;
using Rekey.Mcp.Results;
using Rekey.Mcp.Tools;

namespace Rekey.Mcp.Databases;

/// <summary>Lists what there is of one kind: schemas, tables, views, procedures.</summary>
internal sealed class CatalogListTool(ToolText text, DatabaseSet databases, CatalogListing listing)
    : DatabaseTool(text, databases, listing.HasSchema ? [Schema] : [])
{
    // More than anybody reads, and a schema narrows it.
    private const int MaxEntries = 5000;

    private static readonly TextParameter Schema = new("schema", "Only what is in this schema; all schemas when left out.");

    protected override JsonElement OutputSchema => ResultSchema.Of(
        $$"""
        "{{listing.Key}}": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": { {{string.Join(", ", listing.Columns.Select(static c => $"\"{c}\": {{ \"type\": [\"string\", \"null\"] }}"))}} },
            "required": [{{string.Join(", ", listing.Columns.Select(static c => $"\"{c}\""))}}]
          }
        },
        "truncated": { "type": "boolean" }
        """, $"\"{listing.Key}\", \"truncated\"");

    protected override async Task<CallToolResult> CallAsync(ReadOnlyDatabase database, ToolArguments arguments, CancellationToken cancellationToken)
    {
        var schema = listing.HasSchema ? arguments.Get(Schema) : null;
        var reader = new RowReader(MaxEntries, CatalogCells);
        var page = await database.ReadAsync(
            (session, token) => session.AskAsync(Name, listing.Query, schema, name: null, reader, token), cancellationToken).ConfigureAwait(false);
        return ToolResult.Success(json =>
        {
            json.WritePropertyName(listing.Key);
            json.WriteRawValue(page.Rows.Span, skipInputValidation: true);
            json.WriteBoolean("truncated", page.IsCut);
        });
    }
}

/// <summary>What a listing asks and how its answer is called.</summary>
internal sealed record CatalogListing(CatalogQuery Query, string Key, bool HasSchema, params IReadOnlyList<string> Columns);
