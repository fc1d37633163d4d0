using System.Text.Json;
using ModelContextProtocol.Protocol;
using Rekey.Mcp.Arguments;
using Rekey.Mcp.Results;
using Rekey.Mcp.Tools;

namespace Rekey.Mcp.Databases;

/// <summary>Shows the source of a view or a procedure. Nothing is run.</summary>
internal sealed class DefinitionTool(ToolText text, DatabaseSet databases, Definition definition)
    : DatabaseTool(text, databases, TableArguments.Schema, definition.Parameter)
{
    private const int MaxOverloads = 20;
    private const int LongestSource = 128 * 1024;

    protected override JsonElement OutputSchema => ResultSchema.Of(
        $$"""
        "schema": { "type": "string" },
        "{{definition.Parameter.Name}}": { "type": "string" },
        "definition": { "type": "string" }
        """, $"\"schema\", \"{definition.Parameter.Name}\", \"definition\"");

    protected override async Task<CallToolResult> CallAsync(ReadOnlyDatabase database, ToolArguments arguments, CancellationToken cancellationToken)
    {
        var name = arguments.Get(definition.Parameter)!;
        var reader = new RowReader(MaxOverloads, new CellWriter(new TextLimit(LongestSource, Redactor)));
        var (schema, page) = await database.ReadAsync(
            async (session, token) =>
            {
                var schema = arguments.Get(TableArguments.Schema) ?? session.CatalogFor(Name).DefaultSchema;
                return (schema, await session.AskAsync(Name, definition.Query, schema, name, reader, token).ConfigureAwait(false));
            },
            cancellationToken).ConfigureAwait(false);
        if (page.Count == 0)
            throw new CredentialException(definition.NotFound(schema, name));
        var source = Sources(page);
        if (source.Length == 0)
            throw new CredentialException(DatabaseToolErrors.DefinitionHidden(schema, name));
        return ToolResult.Success(json =>
        {
            json.WriteString("schema", schema);
            json.WriteString(definition.Parameter.Name, name);
            json.WriteString("definition", source);
        });
    }

    // A name can stand for several functions that differ in their arguments.
    private static string Sources(RowPage page)
    {
        using var rows = JsonDocument.Parse(page.Rows);
        var sources = rows.RootElement.EnumerateArray().Select(static row => row.GetProperty("definition").GetString());
        return string.Join("\n\n", sources.Where(static s => !string.IsNullOrEmpty(s)));
    }
}

/// <summary>Whose source is shown.</summary>
internal sealed record Definition(CatalogQuery Query, TextParameter Parameter, Func<string, string, CredentialError> NotFound);
