using System.Globalization;
using System.Text.Json;

namespace Rekey.Slack;

/// <summary>Reads members of JSON that others wrote: what is absent, null, empty or of another type is null.</summary>
internal static class SlackJson
{
    public static string? Text(this JsonElement element, string name)
    {
        try
        {
            return element.Member(name) is { ValueKind: JsonValueKind.String } member && member.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair is valid JSON and no text.
        }
    }

    /// <summary>A number, also one that is written as a text.</summary>
    public static double? Number(this JsonElement element, string name) =>
        (element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var number))
        || double.TryParse(element.Text(name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            ? number
            : null;

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
