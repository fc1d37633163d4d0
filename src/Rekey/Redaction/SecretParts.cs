using System.Text;

namespace Rekey.Redaction;

/// <summary>A part of a value that is a secret on its own. Most of an opaque one is a secret too.</summary>
internal readonly record struct SecretPart(string Text, bool IsOpaque, bool IsLine = false, bool BeginsInPublic = false);

/// <summary>What of a value is a secret on its own: the whole, what its quotes hold, the password in its URL, its longer lines.</summary>
internal static class SecretParts
{
    private const int ShortestLine = 16;
    private const int ShortestLineOfKey = 8;

    public static IEnumerable<SecretPart> Of(string value) =>
        Wholes(value).Concat(Lines(value).Select(static line => new SecretPart(line, IsOpaque: true, IsLine: true))).SelectMany(Normalized);

    private static IEnumerable<SecretPart> Wholes(string value)
    {
        yield return Whole(value);
        if (value is ['"', .., '"'] or ['\'', .., '\''] && value[1..^1].Trim() is { Length: > 0 } quoted)
            yield return Whole(quoted);
        foreach (var password in Passwords(value))
        {
            yield return new SecretPart(password, IsOpaque: true);
            yield return new SecretPart(Uri.UnescapeDataString(password), IsOpaque: true);
        }
    }

    private static SecretPart Whole(string value) => new(value, IsOpaque(value), BeginsInPublic: BeginsInPublic(value));

    /// <summary>A key is often shown line by line. A document is not: its fields are registered each by its own name.</summary>
    private static IEnumerable<string> Lines(string value)
    {
        if (!value.Contains('\n') || value[0] is '{' or '[')
            return [];
        var shortest = IsKey(value) ? ShortestLineOfKey : ShortestLine;
        return value.Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.Length >= shortest && !line.StartsWith("-----", StringComparison.Ordinal));
    }

    /// <summary>Whether it begins with names that anybody may know: a URL, a document, a connection string, the header of a key.</summary>
    private static bool BeginsInPublic(string value) =>
        value.Contains("://", StringComparison.Ordinal) || value is ['{' or '[', ..] || (value.Contains('=') && value.Contains(';')) || IsKey(value);

    private static bool IsOpaque(string value) => IsKey(value) || !(BeginsInPublic(value) || value.Contains('\n'));

    private static bool IsKey(string value) => value.StartsWith("-----BEGIN ", StringComparison.Ordinal);

    // An accented letter is one character or two, as whoever passes it on likes it.
    private static IEnumerable<SecretPart> Normalized(SecretPart part)
    {
        if (Ascii.IsValid(part.Text) || part.Text.EnumerateRunes().Contains(Rune.ReplacementChar)) // half a character cannot be put in order
            return [part];
        return new[] { part.Text, part.Text.Normalize(NormalizationForm.FormC), part.Text.Normalize(NormalizationForm.FormD) }
            .Distinct(StringComparer.Ordinal).Select(text => part with { Text = text });
    }

    /// <summary>Nobody escapes a password for certain: it may end at the last @ before the path, or, with a slash in it, at the very last.</summary>
    private static IEnumerable<string> Passwords(string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return [];
        var rest = value[(scheme + 3)..];
        var path = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = path < 0 ? rest : rest[..path];
        return new[] { PasswordIn(authority), PasswordIn(rest) }.OfType<string>().Distinct();
    }

    private static string? PasswordIn(string text)
    {
        var at = text.LastIndexOf('@');
        var colon = text.IndexOf(':');
        return colon >= 0 && colon + 1 < at ? text[(colon + 1)..at] : null;
    }
}
