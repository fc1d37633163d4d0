using System.Text.Json;

namespace Rekey.Aws.Sso;

/// <summary>Reads members of JSON that others wrote: what is absent, null, empty or of another type is null.</summary>
internal static class JsonReading
{
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 16 };

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

    public static Secret? Secret(this JsonElement element, string name) => element.Text(name) is { } text ? new Secret(text) : null;

    public static long? Number(this JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var number)
            && number is > long.MinValue and < long.MaxValue ? (long)number : null;

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
