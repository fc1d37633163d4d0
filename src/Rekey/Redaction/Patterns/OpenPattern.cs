using System.Buffers;

namespace Rekey.Redaction.Patterns;

/// <summary>
/// Where a stream has to wait, because what comes next may make a pattern of what is there. A URL and a token end with their word, a connection
/// string with its line, a private key with its footer; what is too long to be awaited is judged by what there is.
/// </summary>
internal static class OpenPattern
{
    /// <summary>How much may wait.</summary>
    public const int Longest = 16 * 1024;

    private const int LongestPrefix = 16;

    // More than any token is made of.
    private static readonly SearchValues<byte> Token = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.%+/=~"u8);

    /// <summary>The first place, not before <paramref name="from"/>, that cannot be judged yet; the end of the text when there is none.</summary>
    public static int First(ReadOnlySpan<byte> text, int from)
    {
        var line = text.LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        var open = Math.Min(PrivateKey(text), Math.Min(Word(text, line), Math.Min(Pair(text, line), UnfinishedPrefix(text, line))));
        return Math.Max(from, Math.Max(open, text.Length - Longest));
    }

    private static int PrivateKey(ReadOnlySpan<byte> text)
    {
        var key = text.LastIndexOf("-----BEGIN "u8);
        if (key < 0 || !PrivateKeys.MayStandAt(text[key..]))
            return text.Length;
        var end = text[key..].IndexOf("-----END "u8);
        return end < 0 || text[(key + end)..].IndexOf((byte)'\n') < 0 ? key : text.Length;
    }

    /// <summary>The word that may be a URL with a password, or a token, and goes on to the end.</summary>
    private static int Word(ReadOnlySpan<byte> text, int line)
    {
        // What stands before the last end of words is judged already.
        var from = line + text[line..].LastIndexOfAny(UrlPasswords.End) + 1;
        var signs = new Signs(text[from..]);
        Span<int> places = stackalloc int[Signs.Room];
        while (signs.TryRead(places, out var count))
        {
            foreach (var place in places[..count])
            {
                var sign = from + place;
                if (IsUrl(text[sign..]) || (TokenPrefixes.StandsAt(text, sign) && !text[sign..].ContainsAnyExcept(Token)))
                    return from;
            }
        }
        return text.Length;
    }

    private static bool IsUrl(ReadOnlySpan<byte> sign) => sign[1] == '/' || sign[0] == '2';

    /// <summary>A user name stands before the password that makes a connection string of it.</summary>
    private static int Pair(ReadOnlySpan<byte> text, int line)
    {
        for (var at = line; text[at..].IndexOf((byte)'=') is >= 0 and var found; at++)
        {
            at += found;
            if (ConnectionKeys.MayEndBefore(text, at, line) && ConnectionKeys.Before(text, at, line) is { Kind: not ConnectionKeyKind.Unknown } key)
                return key.Start;
        }
        return text.Length;
    }

    /// <summary>The last word, as long as it is the beginning of what tokens begin with.</summary>
    private static int UnfinishedPrefix(ReadOnlySpan<byte> text, int line)
    {
        for (var at = Math.Max(line, text.Length - LongestPrefix); at < text.Length; at++)
        {
            if ("-----BEGIN "u8.StartsWith(text[at..]) || (Glyph.StartsWord(text[..at]) && TokenPrefixes.MayBegin(text[at..])))
                return at;
        }
        return text.Length;
    }
}
