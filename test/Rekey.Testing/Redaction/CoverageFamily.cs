namespace Rekey.Testing.Redaction;

/// <summary>Writings of one kind, and the share of them in which a value has to be gone.</summary>
public sealed record CoverageFamily(string Name, double Floor, IReadOnlyList<Writing> Writings, bool IsForLinesOnly = false)
{
    // In a group of base64, so that its lines break inside of a value.
    private const string LongBefore = "0123456789012345678901234567890123456789";

    private static readonly (string Name, string Text)[] NewLines = [("LF", "\n"), ("CRLF", "\r\n"), ("\\n", "\\n")];

    /// <summary>All families; the chains of three are drawn.</summary>
    public static IReadOnlyList<CoverageFamily> All(Random random, int triples) =>
    [
        new("raw", 1, [Writing.Raw]),
        new("one encoder", 0.99, [.. Encoders.All.Select(Writing.Of)]),
        new("two, one around the other", 0.98, [.. Encoders.All.SelectMany(static inner => Encoders.All, static (inner, outer) => Writing.Of(inner.Within(outer)))]),
        new("three", 0.97, [.. Enumerable.Range(0, triples).Select(_ => Writing.Of(Drawn(random).Within(Drawn(random)).Within(Drawn(random))))]),
        new("base64 wherever it begins", 1, Base64),
        new("base64, then JSON or URL", 1, [.. Base64.SelectMany(static _ => AroundBase64, static (base64, outer) => base64.Within(outer))]),
        new("base64 in lines", 1, [.. from width in (int[])[64, 76] from newLine in NewLines select Writing.Base64(LongBefore, "", isUrl: false).Wrapped(width, newLine.Text, newLine.Name)]),
        new("hex", 1, [Writing.Hex(isUpper: false), Writing.Hex(isUpper: true)]),
        new("several lines, other line ends", 1, [.. OtherLineEnds.Select(Writing.Of)], IsForLinesOnly: true),
    ];

    private static IReadOnlyList<Writing> Base64 =>
    [
        .. from before in (string[])["", "u", "us", "usr", "user", "user:"]
           from after in (string[])["", "\n", "@host:5432/db"]
           from isUrl in (bool[])[false, true]
           select Writing.Base64(before, after, isUrl),
    ];

    private static IReadOnlyList<Encoder> AroundBase64 => [Encoders.Json, Encoders.SlashedJson, Encoders.Url, Encoders.LowerUrl, Encoders.Form];

    private static IEnumerable<Encoder> OtherLineEnds =>
        [LineEnd("CRLF", "\r\n"), LineEnd("a space", " "), LineEnd("\\r\\n", "\\r\\n")];

    private static Encoder LineEnd(string name, string end) =>
        new(name, text => text.ReplaceLineEndings("\n").Replace("\n", end, StringComparison.Ordinal));

    private static Encoder Drawn(Random random) => Encoders.All[random.Next(Encoders.All.Count)];
}
