namespace Rekey.Redaction;

/// <summary>What of a value is a secret on its own: the whole, what its quotes hold, the password in its URL, its longer lines.</summary>
internal static class SecretParts
{
    private const int ShortestLine = 16;

    public static IEnumerable<string> Wholes(string value)
    {
        yield return value;
        if (value is ['"', .., '"'] or ['\'', .., '\''] && value[1..^1].Trim() is { Length: > 0 } quoted)
            yield return quoted;
        foreach (var password in Passwords(value))
        {
            yield return password;
            yield return Uri.UnescapeDataString(password);
        }
    }

    /// <summary>A key is often shown line by line. A document is not: its fields are registered each by its own name.</summary>
    public static IEnumerable<string> Lines(string value)
    {
        if (!value.Contains('\n') || value[0] is '{' or '[')
            return [];
        return value.Split('\n', StringSplitOptions.TrimEntries)
            .Where(static l => l.Length >= ShortestLine && !l.StartsWith("-----", StringComparison.Ordinal));
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
