using System.Net;
using System.Security;
using System.Text;
using Rekey.Testing.Redaction;

namespace Rekey.Benchmarks.Redaction;

/// <summary>Values with variants of each listed beforehand: how maskers without a decoder do it.</summary>
internal static class Literals
{
    private static readonly string[] Befores = ["", "u", "us"];

    /// <summary>What the masker of a CI runner registers: the encoder set of actions/runner, of the value and of each of its lines.</summary>
    public static IReadOnlyList<string> OfRunner(string value) =>
        [.. value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Prepend(value).SelectMany(OfRunnersLine).Distinct(StringComparer.Ordinal)];

    /// <summary>Fifteen dialects of text, and base64 and hex.</summary>
    public static IReadOnlyList<string> OfDialects(string value)
    {
        string[] text =
        [
            value, Encoders.Json.Write(value), Encoders.RelaxedJson.Write(value), Encoders.SlashedJson.Write(value),
            Encoders.RelaxedJson.Within(Encoders.RelaxedJson).Write(value), Encoders.Json.Within(Encoders.Json).Write(value),
            Encoders.Url.Write(value), Encoders.LowerUrl.Write(value), Encoders.Form.Write(value), WebUtility.HtmlEncode(value), Encoders.Xml.Write(value),
            Encoders.Shell.Write(value), Encoders.DoubledApostrophes.Write(value), Encoders.DoubledQuotes.Write(value), Encoders.ShellQuotes.Write(value),
        ];
        var base64 = Befores.Select(before => Writing.Base64(before, "us", isUrl: false).Show(value).Value)
            .SelectMany(static one => (string[])[one, one.Replace('+', '-').Replace('/', '_'), one.Replace("+", "\\u002B", StringComparison.Ordinal)]);
        return [.. text.Concat(base64).Append(Writing.Hex(isUpper: false).Show(value).Text).Append(Writing.Hex(isUpper: true).Show(value).Text).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The text with one marker for each run of literals.</summary>
    public static string Redact(string text, IReadOnlyList<string> literals)
    {
        var hidden = new bool[text.Length];
        foreach (var literal in literals)
        {
            for (var at = 0; (at = text.IndexOf(literal, at, StringComparison.Ordinal)) >= 0; at++)
                hidden.AsSpan(at, literal.Length).Fill(true);
        }
        var redacted = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (!hidden[at])
                redacted.Append(text[at]);
            else if (at == 0 || !hidden[at - 1])
                redacted.Append(Secret.Marker);
        }
        return redacted.ToString();
    }

    private static string[] OfRunnersLine(string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(value);
        return
        [
            value, Convert.ToBase64String(utf8), Convert.ToBase64String(utf8.AsSpan(1)), Convert.ToBase64String(utf8.AsSpan(2)),
            value.Replace("\"", "\\\"", StringComparison.Ordinal), value.Replace("'", "''", StringComparison.Ordinal), Json(value), Uri.EscapeDataString(value),
            SecurityElement.Escape(value), value.Length > 8 && value is ['"', .., '"'] ? value[1..^1] : value,
        ];
    }

    private static string Json(string value)
    {
        var json = new StringBuilder();
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                _ => json.Append(c),
            };
        }
        return json.ToString();
    }
}
