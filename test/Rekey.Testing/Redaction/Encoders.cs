using System.Globalization;
using System.Net;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;

namespace Rekey.Testing.Redaction;

/// <summary>What programs in use do to a text before they show it.</summary>
public static class Encoders
{
    public static Encoder Json { get; } = new("System.Text.Json", JavaScriptEncoder.Default.Encode);

    public static Encoder RelaxedJson { get; } = new("relaxed JSON", JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode);

    public static Encoder SlashedJson { get; } = new("JSON with \\/", static text => RelaxedJson.Write(text).Replace("/", "\\/", StringComparison.Ordinal));

    public static Encoder UnicodeJson { get; } = new("JSON with \\u00xx", static text => Each(text, "\"\\/<>&'+", static c => $"\\u{(int)c:x4}"));

    public static Encoder Url { get; } = new("URL", Uri.EscapeDataString);

    public static Encoder LowerUrl { get; } = new("URL, lower hex", static text => LowerDigits(Uri.EscapeDataString(text)));

    public static Encoder Form { get; } = new("form", WebUtility.UrlEncode);

    public static Encoder UserInfo { get; } = new("user information", InUserInfo);

    public static Encoder Xml { get; } = new("XML", static text => SecurityElement.Escape(text));

    public static Encoder Html { get; } = new("HTML", WebUtility.HtmlEncode);

    public static Encoder Shell { get; } = new("shell apostrophes", static text => text.Replace("'", "'\\''", StringComparison.Ordinal));

    public static Encoder DoubledQuotes { get; } = new("doubled quotes", static text => text.Replace("\"", "\"\"", StringComparison.Ordinal));

    public static Encoder DoubledApostrophes { get; } = new("doubled apostrophes", static text => text.Replace("'", "''", StringComparison.Ordinal));

    public static Encoder ShellQuotes { get; } = new("shell quotes", static text => Each(text, "\\\"$`", static c => $"\\{c}", isAscii: false));

    public static Encoder Python { get; } = new(
        "Python repr",
        static text => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal));

    /// <summary>All that work on text.</summary>
    public static IReadOnlyList<Encoder> All { get; } =
    [
        Json, RelaxedJson, SlashedJson, UnicodeJson, Url, LowerUrl, Form, UserInfo, Xml, Html, Shell, DoubledQuotes, DoubledApostrophes, ShellQuotes, Python,
    ];

    // RFC 3986, 3.2.1
    private static string InUserInfo(string text)
    {
        var url = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)value;
            _ = char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,;=".Contains(c, StringComparison.Ordinal)
                ? url.Append(c)
                : url.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
        }
        return url.ToString();
    }

    private static string Each(string text, string special, Func<char, string> write, bool isAscii = true)
    {
        var written = new StringBuilder();
        foreach (var c in text)
            _ = special.Contains(c, StringComparison.Ordinal) || (isAscii && c is < ' ' or > '~') ? written.Append(write(c)) : written.Append(c);
        return written.ToString();
    }

    private static string LowerDigits(string url)
    {
        var lower = url.ToCharArray();
        for (var at = 0; at < lower.Length - 2; at++)
        {
            if (lower[at] == '%')
                (lower[at + 1], lower[at + 2]) = (char.ToLowerInvariant(lower[at + 1]), char.ToLowerInvariant(lower[at + 2]));
        }
        return new string(lower);
    }
}
