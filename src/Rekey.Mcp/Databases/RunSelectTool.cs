using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Arguments;
using Rekey.Mcp.Results;
using Rekey.Mcp.Tools;

namespace Rekey.Mcp.Databases;

/// <summary>Runs one SELECT, once.</summary>
internal sealed class RunSelectTool(ToolText text, DatabaseSet databases) : DatabaseTool(text, databases, Query, MaxRows)
{
    private const int LongestQuery = 1 << 20;

    private static readonly TextParameter Query = new("query", "One SELECT, or one WITH that ends in a SELECT, in the SQL of the engine.")
    {
        IsRequired = true,
        MaxLength = null, // this tool has its own word for too long
    };

    private static readonly IntegerParameter MaxRows = new("max_rows", "How many rows to return at most.", 1, 1000) { Default = 100 };

    protected override JsonElement OutputSchema => ResultSchema.Of(
        $$"""
        "columns": {
          "type": "array",
          "items": {
            "type": "object",
            "properties": { "name": { "type": "string" }, "type": { "type": "string" } },
            "required": ["name", "type"],
            "additionalProperties": false
          }
        },
        {{ColumnsAndRows}},
        "row_count_total": { "type": "integer" }
        """, """ "columns", "rows", "row_count_returned", "truncated" """.Trim());

    protected override async Task<CallToolResult> CallAsync(ReadOnlyDatabase database, ToolArguments arguments, CancellationToken cancellationToken)
    {
        var query = arguments.Get(Query)!;
        if (Encoding.UTF8.GetByteCount(query) > LongestQuery)
            throw new CredentialException(DatabaseToolErrors.TooLong(LongestQuery));
        if (await database.RefusalAsync(query, cancellationToken).ConfigureAwait(false) is { } refusal)
            throw new CredentialException(DatabaseToolErrors.NotReadOnly(refusal));
        var reader = new RowReader(arguments.Get(MaxRows), DataCells);
        var page = await database.ReadAsync(
            (session, token) => session.QueryAsync(query, [], reader, token), cancellationToken).ConfigureAwait(false);
        return ToolResult.Success(json =>
        {
            json.WriteStartArray("columns");
            foreach (var column in page.Columns)
                RowsJson.Write(json, column);
            json.WriteEndArray();
            RowsJson.Write(json, page);
            if (!page.IsCut)
                json.WriteNumber("row_count_total", page.Count);
        });
    }
}
