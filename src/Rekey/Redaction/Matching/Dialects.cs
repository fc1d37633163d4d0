using System.Globalization;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;

namespace Rekey.Redaction.Matching;

/// <summary>How encoders in use write one short text. Only the piece that is looked for is spelled in all of them; around it, everything is decoded.</summary>
internal static class Dialects
{
    private const int DeepestJson = 3;
    private const int Most = 224;
    private const int MostChosen = 4;

    // Messages within messages: whatever somebody wrote, these come around it.
    private static readonly Func<string, string>[] JsonWriters =
    [
        JavaScriptEncoder.Default.Encode, // what the MCP SDK writes
        Json,
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode,
        static text => Lower(JavaScriptEncoder.Default.Encode(text), "\\u", 4),
        static text => Ascii(Json(text)),
        static text => Slashed(Json(text)),
        static text => Slashed(Ascii(Json(text))),
    ];

    private static readonly Func<string, string>[] Writers =
    [
        Uri.EscapeDataString,
        static text => Lower(Uri.EscapeDataString(text), "%", 2),
        static text => WebUtility.UrlEncode(text),
        static text => Lower(WebUtility.UrlEncode(text), "%", 2),
        UserInfo,
        static text => WebUtility.HtmlEncode(text),
        HtmlEncoder.Default.Encode,
        static text => SecurityElement.Escape(text),
        static text => text.Replace("\"", "\"\"", StringComparison.Ordinal),
        static text => text.Replace("'", "''", StringComparison.Ordinal),
        static text => text.Replace("'", "'\\''", StringComparison.Ordinal),
        static text => text.Replace("'", "'\"'\"'", StringComparison.Ordinal),
        static text => text.Replace("}", "}}", StringComparison.Ordinal),
        static text => text.Replace("%", "%%", StringComparison.Ordinal),
        static text => Escaped(text, "\\\"$`", '\\'),
        static text => Escaped(text, "\\'", '\\'),
        static text => Escaped(text, "&|<>^\"", '^'),
        static text => Escaped(text, "$`\"", '`'),
    ];

    /// <summary>The spellings of a text: in JSON up to three deep, in everything else, in that within JSON, and in two of everything. The likeliest when there are too many.</summary>
    public static IReadOnlyList<string> SpellingsOf(string text)
    {
        var json = new Spellings([text]);
        for (var depth = 0; depth < DeepestJson; depth++)
            json.Add(JsonWriters);
        var other = new Spellings([text]);
        other.Add(Writers);
        var within = new Spellings(other.All);
        within.Add(JsonWriters);
        var twice = new Spellings([.. other.All, .. json.All]);
        twice.Add(Writers);
        return [.. Cautious(text).Concat(json.All).Concat(within.All).Concat(twice.All).Distinct(StringComparer.Ordinal).Take(Most)];
    }

    /// <summary>Texts, and what becomes of all of them together.</summary>
    private sealed class Spellings(IReadOnlyList<string> texts)
    {
        private readonly List<string> _all = [.. texts];
        private readonly HashSet<string> _known = new(texts, StringComparer.Ordinal);

        public IReadOnlyList<string> All => _all;

        public void Add(Func<string, string>[] writers)
        {
            var until = _all.Count;
            for (var i = 0; i < until && _all.Count < Most; i++)
            {
                foreach (var write in writers)
                {
                    if (write(_all[i]) is var spelling && _known.Add(spelling))
                        _all.Add(spelling);
                }
            }
        }
    }

    /// <summary>JSON with no more escapes than it needs: JavaScript and most others.</summary>
    private static string Json(string text)
    {
        var json = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                < ' ' => AppendUnicode(json, c),
                _ => json.Append(c),
            };
        }
        return json.ToString();
    }

    /// <summary>Python and PHP leave nothing beyond ASCII, in lower-case hex.</summary>
    private static string Ascii(string json)
    {
        if (System.Text.Ascii.IsValid(json))
            return json;
        var ascii = new StringBuilder(json.Length * 2);
        foreach (var c in json)
            _ = char.IsAscii(c) ? ascii.Append(c) : AppendUnicode(ascii, c);
        return ascii.ToString();
    }

    /// <summary>JSON of writers that escape some characters more than they have to: each chooses others, but always the same.</summary>
    private static IEnumerable<string> Cautious(string text)
    {
        var special = text.Where(static c => !AnchorChoice.IsPlain(c)).Distinct().ToArray();
        var few = special.Length <= MostChosen ? special : [];
        foreach (var chosen in Choices(few).Append(special).Append([.. special.Where(MeansSomething)]))
        {
            yield return Cautious(text, chosen, "x4");
            yield return Cautious(text, chosen, "X4");
        }
    }

    private static IEnumerable<char[]> Choices(char[] special) =>
        Enumerable.Range(1, (1 << special.Length) - 1).Select(chosen => special.Where((_, i) => (chosen & (1 << i)) != 0).ToArray());

    // In JSON itself, in HTML, in JavaScript.
    private static bool MeansSomething(char c) => c is < ' ' or >= '\x7F' || "\"\\/<>&'+=`".Contains(c, StringComparison.Ordinal);

    private static string Cautious(string text, char[] chosen, string digits)
    {
        var json = new StringBuilder(text.Length * 2);
        foreach (var c in text)
            _ = chosen.Contains(c) ? AppendUnicode(json, c, digits) : json.Append(Json(c.ToString()));
        return json.ToString();
    }

    /// <summary>RFC 3986, 3.2.1: a user and a password may hold more than a path.</summary>
    private static string UserInfo(string text)
    {
        var url = new StringBuilder(text.Length * 2);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)value;
            if (char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,;=".Contains(c, StringComparison.Ordinal))
                url.Append(c);
            else
                url.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
        }
        return url.ToString();
    }

    private static string Escaped(string text, string special, char escape)
    {
        if (!text.AsSpan().ContainsAny(special))
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (special.Contains(c, StringComparison.Ordinal))
                escaped.Append(escape);
            escaped.Append(c);
        }
        return escaped.ToString();
    }

    private static StringBuilder AppendUnicode(StringBuilder json, char c, string digits = "x4") =>
        json.Append("\\u").Append(((int)c).ToString(digits, CultureInfo.InvariantCulture));

    private static string Slashed(string json) => json.Replace("/", "\\/", StringComparison.Ordinal);

    // The digits behind each introducer, in lower case.
    private static string Lower(string text, string introducer, int digits)
    {
        var at = text.IndexOf(introducer, StringComparison.Ordinal);
        if (at < 0)
            return text;
        var lower = new StringBuilder(text);
        for (; at >= 0; at = text.IndexOf(introducer, at + introducer.Length, StringComparison.Ordinal))
        {
            for (var i = at + introducer.Length; i < Math.Min(text.Length, at + introducer.Length + digits); i++)
                lower[i] = char.ToLowerInvariant(lower[i]);
        }
        return lower.ToString();
    }
}
