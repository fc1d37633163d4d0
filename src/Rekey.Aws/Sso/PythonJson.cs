using System.Globalization;
using System.Text;

namespace Rekey.Aws.Sso;

/// <summary>
/// JSON spelled as Python's <c>json.dumps</c> spells it. The AWS CLI names cache files by a hash of this spelling and writes its tokens
/// in it, so both must agree to the byte.
/// </summary>
internal static class PythonJson
{
    /// <summary>An object of members that are spelled already.</summary>
    public static string Object(IEnumerable<KeyValuePair<string, string>> members, bool isCompact = false)
    {
        var (between, after) = isCompact ? (",", ":") : (", ", ": ");
        return "{" + string.Join(between, members.Select(m => Text(m.Key) + after + m.Value)) + "}";
    }

    /// <summary>An array of texts; <c>null</c> when there are none.</summary>
    public static string Texts(IReadOnlyCollection<string> texts) =>
        texts.Count == 0 ? "null" : "[" + string.Join(", ", texts.Select(Text)) + "]";

    /// <summary>A text in quotes, in ASCII alone.</summary>
    public static string Text(string text)
    {
        var spelled = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => spelled.Append("\\\""),
                '\\' => spelled.Append(@"\\"),
                '\n' => spelled.Append("\\n"),
                '\r' => spelled.Append("\\r"),
                '\t' => spelled.Append("\\t"),
                '\b' => spelled.Append("\\b"),
                '\f' => spelled.Append("\\f"),
                < ' ' or > '~' => spelled.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => spelled.Append(c),
            };
        }
        return spelled.Append('"').ToString();
    }
}
