using System.Globalization;
using System.Text.Json;

namespace Rekey.Slack;

/// <summary>Reads numbers as Slack writes them: more strictly than other services need it.</summary>
internal static class SlackJson
{
    /// <summary>A number, also one that is written as a text.</summary>
    public static double? Number(this JsonElement element, string name) =>
        (element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var number))
        || double.TryParse(element.Text(name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            ? number
            : null;
}
