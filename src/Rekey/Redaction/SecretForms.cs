using System.Text;

namespace Rekey.Redaction;

/// <summary>Every spelling in which a value can leave: as text, base64 or hex, and each of these as JSON, URL and markup write it.</summary>
internal static class SecretForms
{
    /// <summary>All forms of a whole value.</summary>
    public static IEnumerable<byte[]> Of(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var spellings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var view in TextViews(value).Concat(Base64Views(bytes)))
            spellings.UnionWith(Spellings(view));
        spellings.Add(Convert.ToHexString(bytes));
        spellings.Add(Convert.ToHexStringLower(bytes));
        return spellings.Select(Encoding.UTF8.GetBytes);
    }

    /// <summary>The forms of what is only ever shown as text: a line of a key, a short value.</summary>
    public static IEnumerable<byte[]> OfText(string value) =>
        Spellings(value).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes);

    private static IEnumerable<string> Spellings(string view) => Spelling.InText(view).Distinct(StringComparer.Ordinal).SelectMany(Spelling.InJson);

    /// <summary>Hex digits and GUIDs keep their meaning when their case changes.</summary>
    private static IEnumerable<string> TextViews(string value) =>
        value.All(static c => char.IsAsciiHexDigit(c) || c == '-')
            ? [value, value.ToLowerInvariant(), value.ToUpperInvariant()]
            : [value];

    /// <summary>
    /// Inside longer content a value begins at the first, second or third byte of a base64 group.
    /// Only the characters that the value alone decides are looked for.
    /// </summary>
    private static IEnumerable<string> Base64Views(byte[] bytes)
    {
        for (var before = 0; before < 3; before++)
        {
            byte[] shifted = [.. new byte[before], .. bytes];
            var first = ((before * 8) + 5) / 6;
            var end = shifted.Length * 8 / 6;
            var standard = Convert.ToBase64String(shifted)[first..end];
            yield return standard;
            yield return standard.Replace('+', '-').Replace('/', '_');
        }
    }
}
