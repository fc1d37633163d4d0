using System.Data.Common;
using System.Text.Json;

namespace Rekey.Mcp.Results;

/// <summary>Writes one cell as JSON that every reader understands exactly. Long ones are cut, and say so.</summary>
internal sealed class CellWriter(TextLimit limit)
{
    /// <summary>Columns named <c>is_…</c> are flags, in whatever type the engine keeps them.</summary>
    public bool ReadsFlags { get; init; }

    public async ValueTask WriteAsync(Utf8JsonWriter json, DbDataReader reader, int ordinal, RowColumn column, CancellationToken cancellationToken)
    {
        try
        {
            var isNull = await reader.IsDBNullAsync(ordinal, cancellationToken).ConfigureAwait(false);
            if (ReadsFlags && column.Name.StartsWith("is_", StringComparison.Ordinal))
                json.WriteBooleanValue(!isNull && IsSet(reader.GetValue(ordinal)));
            else if (isNull)
                json.WriteNullValue();
            else
                await WriteValueAsync(json, reader, ordinal, column, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException or FormatException or NotSupportedException or ArgumentOutOfRangeException)
        {
            json.WriteStringValue($"[cast {column.Type} to text to read it]");
        }
    }

    private async ValueTask WriteValueAsync(Utf8JsonWriter json, DbDataReader reader, int ordinal, RowColumn column, CancellationToken cancellationToken)
    {
        var type = reader.GetFieldType(ordinal);
        if (type == typeof(string))
        {
            var text = column.StreamsValues
                ? await limit.ReadTextAsync(reader, ordinal, cancellationToken).ConfigureAwait(false)
                : limit.Cut(reader.GetString(ordinal));
            if (!(column.Type is "json" or "jsonb" && TryWriteJson(json, text)))
                json.WriteStringValue(text);
        }
        else if (type == typeof(byte[]) && column.StreamsValues)
        {
            json.WriteStringValue(await limit.ReadBytesAsync(reader, ordinal, cancellationToken).ConfigureAwait(false));
        }
        else
        {
            ValueJson.Write(json, reader.GetValue(ordinal), limit);
        }
    }

    // What was cut is no longer JSON and stays a text.
    private static bool TryWriteJson(Utf8JsonWriter json, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            document.RootElement.WriteTo(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsSet(object value) => value switch
    {
        bool flag => flag,
        string text => text.ToUpperInvariant() is "YES" or "Y" or "TRUE" or "T" or "1",
        IConvertible number => number.ToInt64(provider: null) != 0,
        _ => false,
    };
}
