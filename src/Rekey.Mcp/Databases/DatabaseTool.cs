using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Rekey.Mcp.Arguments;
using Rekey.Mcp.Results;
using Rekey.Mcp.Tools;
using Rekey.Redaction;

namespace Rekey.Mcp.Databases;

/// <summary>A tool that reads one of the configured databases. With several of them it takes <c>database</c>.</summary>
internal abstract class DatabaseTool(ToolText text, DatabaseSet databases, params IReadOnlyList<Parameter> parameters)
    : RekeyTool(text, new ParameterList([.. parameters, .. databases.Choice]), databases.Setting)
{
    protected const string ColumnsAndRows =
        """
        "rows": { "type": "array", "items": { "type": "object" } },
        "row_count_returned": { "type": "integer" },
        "truncated": { "type": "boolean" },
        "truncated_by": { "enum": ["rows", "size"] }
        """;

    /// <summary>How the cells of a catalogue are written.</summary>
    protected CellWriter CatalogCells { get; } = new(new TextLimit(TextLimit.Cell, databases.Redactor)) { ReadsFlags = true };

    /// <summary>How the cells of a table are written.</summary>
    protected CellWriter DataCells { get; } = new(new TextLimit(TextLimit.Cell, databases.Redactor));

    protected SecretRedactor Redactor => databases.Redactor;

    protected sealed override async Task<CallToolResult> CallAsync(ToolArguments arguments, McpServer server, CancellationToken cancellationToken) =>
        await CallAsync(databases.Chosen(arguments), arguments, cancellationToken).ConfigureAwait(false);

    /// <summary>Does the work on the chosen database.</summary>
    protected abstract Task<CallToolResult> CallAsync(ReadOnlyDatabase database, ToolArguments arguments, CancellationToken cancellationToken);
}
