namespace Rekey.Slack;

/// <summary>
/// What the page of a workspace says. Each search passes over the page once. Its data are full of what people write, who can write
/// anything: quotes with backslashes before them are theirs, and other quotes than those of data count only where data have none.
/// </summary>
internal static class SlackWorkspacePage
{
    private const int LongestToken = 512;

    private static ReadOnlySpan<byte> Name => "api_token"u8;

    /// <summary>Whether it is the page for people who are not signed in.</summary>
    public static bool AsksToSignIn(ReadOnlySpan<byte> page) => page.IndexOf("Sign in to Slack"u8) >= 0;

    /// <summary>
    /// The session's token: what <c>api_token</c> holds. Where several do, the one in the quotes that people are least able to write.
    /// </summary>
    public static Secret? TokenIn(ReadOnlySpan<byte> page)
    {
        (string Token, int Doubt)? best = null;
        var at = 0;
        while (best is not { Doubt: 0 } && page[at..].IndexOf(Name) is >= 0 and var found)
        {
            var begin = at + found;
            at = begin + Name.Length;
            if ((begin == 0 || !IsWord(page[begin - 1])) && ReadAssigned(page[..begin], page[at..]) is { } read
                && (best is null || read.Doubt < best.Value.Doubt))
                best = read;
        }
        return best is { } token ? new Secret(token.Token) : null;
    }

    /// <summary>Reads <c>": "xoxc-…"</c> from behind the name, in the kind of quotes that stands before it, if one does.</summary>
    private static (string Token, int Doubt)? ReadAssigned(ReadOnlySpan<byte> before, ReadOnlySpan<byte> text)
    {
        var nameQuote = Quote(text);
        text = text[nameQuote.Length..].TrimStart(" \t\r\n"u8);
        if (text is not [(byte)':', ..] || !before.EndsWith(nameQuote))
            return null;
        text = text[1..].TrimStart(" \t\r\n"u8);
        var quote = Quote(text);
        if (quote.IsEmpty || !(nameQuote.IsEmpty || nameQuote.SequenceEqual(quote)))
            return null;
        var length = Unescape(text[quote.Length..], out var token);
        return text[(quote.Length + length)..].StartsWith(quote) && SlackToken.HasSessionForm(token) ? (token, Doubt(quote)) : null;
    }

    private static int Unescape(ReadOnlySpan<byte> text, out string token)
    {
        Span<char> letters = stackalloc char[LongestToken];
        var count = 0;
        var at = 0;
        while (count < letters.Length && at < text.Length && PageEscapes.Letter(text[at..], out var letter) is > 0 and var length && SlackToken.MayStand(letter))
        {
            letters[count++] = letter;
            at += length;
        }
        token = new string(letters[..count]);
        return at;
    }

    /// <summary>The quote that the text begins with, as it is written there; empty when it begins with none.</summary>
    private static ReadOnlySpan<byte> Quote(ReadOnlySpan<byte> text)
    {
        foreach (var quote in Quotes)
        {
            if (text.StartsWith(quote))
                return quote;
        }
        return [];
    }

    private static readonly byte[][] Quotes =
        [[.. "\""u8], [.. "'"u8], [.. "&quot;"u8], [.. "&#34;"u8], [.. "&#x22;"u8], [.. "&apos;"u8], [.. "&#39;"u8], [.. "&#x27;"u8]];

    // Inside double quotes nobody escapes a single one, and markup escapes any text like its own data.
    private static int Doubt(ReadOnlySpan<byte> quote) => quote[0] switch
    {
        (byte)'"' => 0,
        (byte)'&' => 1,
        _ => 2,
    };

    private static bool IsWord(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'_' or (byte)'-' or (byte)'$';
}
