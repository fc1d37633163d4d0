using System.Text.Json;
using Rekey.Mcp.Results;

namespace Rekey.Mcp.Databases;

/// <summary>How rows read in a result.</summary>
internal static class RowsJson
{
    public static void Write(Utf8JsonWriter json, RowPage page)
    {
        json.WritePropertyName("rows");
        json.WriteRawValue(page.Rows.Span, skipInputValidation: true);
        json.WriteNumber("row_count_returned", page.Count);
        json.WriteBoolean("truncated", page.IsCut);
        if (page.CutBy is { } cutBy)
            json.WriteString("truncated_by", cutBy);
    }

    public static void Write(Utf8JsonWriter json, RowColumn column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name);
        json.WriteString("type", column.Type);
        json.WriteEndObject();
    }
}
