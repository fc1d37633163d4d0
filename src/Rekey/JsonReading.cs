using System.Globalization;
using System.Text.Json;

namespace Rekey;

/// <summary>Reads members of JSON that others wrote: what is absent, null, empty or of another type is null.</summary>
internal static class JsonReading
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The whole body; null when it is none, and then <paramref name="isTruncated"/> says whether it only ends too early.</summary>
    public static JsonElement? Parse(ReadOnlyMemory<byte> body, out bool isTruncated)
    {
        isTruncated = false;
        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            isTruncated = EndsTooEarly(body.Span);
            return null;
        }
    }

    public static string? Text(this JsonElement element, string name)
    {
        try
        {
            return Member(element, name) is { ValueKind: JsonValueKind.String } member && member.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair is valid JSON and no text.
        }
    }

    /// <summary>A number, or a text that is one: servers of both kinds exist.</summary>
    public static double? Number(this JsonElement element, string name)
    {
        var isNumber = Member(element, name) is { ValueKind: JsonValueKind.Number } member
            ? member.TryGetDouble(out var number)
            : double.TryParse(element.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        return isNumber && double.IsFinite(number) ? number : null;
    }

    /// <summary>A member that is there and not null.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind is not JsonValueKind.Null ? member : null;

    private static bool EndsTooEarly(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body, isFinalBlock: false, default);
            var isWhole = JsonDocument.TryParseValue(ref reader, out var json);
            json?.Dispose();
            return !isWhole;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
