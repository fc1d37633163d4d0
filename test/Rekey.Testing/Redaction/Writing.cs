using System.Text;

namespace Rekey.Testing.Redaction;

/// <summary>One way in which a value comes to be shown.</summary>
public sealed record Writing(string Name, Func<string, Shown> Show)
{
    public static Writing Raw { get; } = new("raw", static value => new Shown("", value, ""));

    public static Writing Of(Encoder encoder) => new(encoder.Name, value => new Shown("", encoder.Write(value), ""));

    /// <summary>Inside longer content that is written in base64: only the characters that the value alone decides are its own.</summary>
    public static Writing Base64(string before, string after, bool isUrl) => new(
        $"base64 behind {before.Length}{(after.Length == 0 ? "" : $" before {after.Length}")}{(isUrl ? ", url" : "")}",
        value => InBase64(before, value, after, isUrl));

    public static Writing Hex(bool isUpper) => new(
        isUpper ? "hex, upper" : "hex, lower",
        value => new Shown("", isUpper ? Convert.ToHexString(Encoding.UTF8.GetBytes(value)) : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value)), ""));

    public Writing Within(Encoder outer) => new($"{Name} > {outer.Name}", value => Show(value).By(outer));

    public Writing Wrapped(int width, string newLine, string nameOfNewLine) =>
        new($"{Name}, wrapped at {width} by {nameOfNewLine}", value => Show(value).Wrapped(width, newLine));

    private static Shown InBase64(string before, string value, string after, bool isUrl)
    {
        var first = ((Encoding.UTF8.GetByteCount(before) * 8) + 5) / 6;
        var last = Encoding.UTF8.GetByteCount(before + value) * 8 / 6;
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + value + after));
        if (isUrl)
            text = text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return new Shown(text[..first], text[first..last], text[last..]);
    }
}
