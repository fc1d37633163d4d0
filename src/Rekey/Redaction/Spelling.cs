using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace Rekey.Redaction;

/// <summary>How encoders write one text. The same text comes back where an encoder has nothing to change.</summary>
internal static class Spelling
{
    /// <summary>As it is, in a URL, in a form, in markup, in a connection string.</summary>
    public static IEnumerable<string> InText(string text)
    {
        var data = Uri.EscapeDataString(text);
        var form = WebUtility.UrlEncode(text);
        var spaced = data.Replace("%20", "+", StringComparison.Ordinal);
        return
        [
            text,
            data, LowerPercent(data), Uri.EscapeDataString(data),
            form, LowerPercent(form), spaced, LowerPercent(spaced),
            WebUtility.HtmlEncode(text),
            text.Replace("\"", "\"\"", StringComparison.Ordinal),
            text.Replace("'", "''", StringComparison.Ordinal),
            text.Replace("}", "}}", StringComparison.Ordinal),
        ];
    }

    /// <summary>As it is, then as the JSON writers in use escape it, once, twice and three times.</summary>
    public static IEnumerable<string> InJson(string text)
    {
        var once = JavaScriptEncoder.Default.Encode(text);
        // No other writer escapes more, but for the slash.
        if (once == text && !text.Contains('/'))
            return [text];
        var twice = JavaScriptEncoder.Default.Encode(once);
        var lower = LowerUnicode(once);
        var relaxed = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
        var plain = Plain(text);
        var ascii = Ascii(plain);
        var plainInDefault = JavaScriptEncoder.Default.Encode(plain);
        return
        [
            text,
            once, lower, relaxed, plain, Slashed(plain), ascii, Slashed(ascii),
            twice, JavaScriptEncoder.Default.Encode(lower), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(relaxed), Plain(plain),
            plainInDefault, JavaScriptEncoder.Default.Encode(relaxed), JavaScriptEncoder.Default.Encode(ascii), JavaScriptEncoder.Default.Encode(Slashed(plain)),
            JavaScriptEncoder.Default.Encode(twice), JavaScriptEncoder.Default.Encode(plainInDefault), Plain(Plain(plain)),
        ];
    }

    /// <summary>JSON with no more escapes than it needs: JavaScript and most others.</summary>
    private static string Plain(string text)
    {
        if (!text.AsSpan().ContainsAny('"', '\\') && !text.AsSpan().ContainsAnyInRange('\0', '\x1F'))
            return text;
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

    private static StringBuilder AppendUnicode(StringBuilder json, char c) =>
        json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));

    private static string Slashed(string json) => json.Replace("/", "\\/", StringComparison.Ordinal);

    private static string LowerUnicode(string json)
    {
        var lower = new StringBuilder(json);
        for (var at = json.IndexOf('\\'); at >= 0; at = json.IndexOf('\\', at))
        {
            var escape = json[at + 1] == 'u' ? 6 : 2;
            ToLower(lower, at + 2, at + escape);
            at += escape;
        }
        return lower.ToString();
    }

    private static string LowerPercent(string url)
    {
        var lower = new StringBuilder(url);
        for (var at = url.IndexOf('%'); at >= 0; at = url.IndexOf('%', at + 3))
            ToLower(lower, at + 1, at + 3);
        return lower.ToString();
    }

    private static void ToLower(StringBuilder text, int start, int end)
    {
        for (var at = start; at < end; at++)
            text[at] = char.ToLowerInvariant(text[at]);
    }
}
