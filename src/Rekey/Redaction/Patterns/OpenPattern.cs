namespace Rekey.Redaction.Patterns;

/// <summary>
/// Where a stream has to wait, because what comes next may make a pattern of what is there. A pattern ends with its line, but for a private key; what
/// is too long to be awaited is judged by what there is.
/// </summary>
internal static class OpenPattern
{
    private const int Longest = 16 * 1024;
    private const int LongestPrefix = 16;

    /// <summary>The first place, not before <paramref name="from"/>, that cannot be judged yet; the end of the text when there is none.</summary>
    public static int First(ReadOnlySpan<byte> text, int from)
    {
        var key = text.LastIndexOf("-----BEGIN "u8);
        if (key >= 0 && text[key..].IndexOf("-----END "u8) is var end && (end < 0 || text[(key + end)..].IndexOf((byte)'\n') < 0))
            return Bounded(text, key, from);
        var line = text.LastIndexOf((byte)'\n') + 1;
        if (FirstSign(text, line) is >= 0 and var sign)
            return Bounded(text, WordBefore(text, line, sign), from);
        if (KeyBefore(text, line) is >= 0 and var pair)
            return Bounded(text, pair, from);
        return Bounded(text, UnfinishedPrefix(text, line), from);
    }

    private static int Bounded(ReadOnlySpan<byte> text, int open, int from) => Math.Max(from, Math.Max(open, text.Length - Longest));

    private static int WordBefore(ReadOnlySpan<byte> text, int line, int at) => line + text[line..at].LastIndexOfAny(" \t\"'"u8) + 1;

    private static int FirstSign(ReadOnlySpan<byte> text, int line)
    {
        var signs = new Signs(text[line..]);
        Span<int> places = stackalloc int[Signs.Room];
        while (signs.TryRead(places, out var count))
        {
            foreach (var place in places[..count])
            {
                if (IsUrl(text[(line + place)..]) || TokenPrefixes.StandsAt(text, line + place))
                    return line + place;
            }
        }
        return -1;
    }

    private static bool IsUrl(ReadOnlySpan<byte> sign) => sign[1] == '/' || sign[0] == '2';

    // A user name stands before the password that makes a connection string of it.
    private static int KeyBefore(ReadOnlySpan<byte> text, int line)
    {
        for (var at = line; text[at..].IndexOf((byte)'=') is >= 0 and var found; at++)
        {
            at += found;
            if (ConnectionKeys.Before(text, at, line) is { Kind: not ConnectionKeyKind.Unknown } key)
                return key.Start;
        }
        return -1;
    }

    // The last word, as long as it is the beginning of what tokens begin with.
    private static int UnfinishedPrefix(ReadOnlySpan<byte> text, int line)
    {
        var from = Math.Max(line, text.Length - LongestPrefix);
        for (var at = from; at < text.Length; at++)
        {
            if (TokenPrefixes.MayBegin(text[at..]) || "-----BEGIN "u8.StartsWith(text[at..]))
                return at;
        }
        return text.Length;
    }
}
