using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Rekey.Redaction.Patterns;

/// <summary>The value of a pair, without its quotes.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="After">Where the text goes on behind its closing quote.</param>
/// <param name="IsQuoted">Whether it stands in quotes or braces.</param>
/// <param name="IsUnclosed">Whether the closing quote is missing; then it ends with the line, or with the JSON string around it.</param>
internal readonly record struct ConnectionValue(int Start, int End, int After, bool IsQuoted, bool IsUnclosed)
{
    private const int LongestQuoted = 1024;
    private const int LongestLookBack = 4096;
    private const int LongestLookAhead = 256;
    private const int LongestName = 40;
    private const int MostBackslashes = 16;

    private static readonly byte[] Controls = [.. Enumerable.Range(0, ' ').Select(static c => (byte)c), 0x7F];
    private static readonly SearchValues<byte> LineEnd = SearchValues.Create("\n\r"u8);
    private static readonly SearchValues<byte> Quoting = SearchValues.Create("\n\r\"'}\\"u8);
    private static readonly SearchValues<byte> Telling = SearchValues.Create([.. Controls, .. " \"'<>`\\;&,)]}"u8]);
    private static readonly SearchValues<byte> Closing = SearchValues.Create([.. Controls, .. " \"'`,;.:)]}><"u8]);

    /// <summary>The value as it is written, braces included: they can be those of a placeholder.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> text) => IsQuoted && text[Start - 1] == '{' ? text[(Start - 1)..After] : text[Start..End];

    /// <summary>Reads the value that begins here; no quote is taken for an opening one that closes the JSON string around it.</summary>
    public static ConnectionValue Read(ReadOnlySpan<byte> text, int at, Separator separator)
    {
        if (at == text.Length)
            return Plain(text, at, separator);
        var open = Glyph.Read(text[at..]);
        return open.Character switch
        {
            (byte)'{' => Quoted(text, at, open with { Character = (byte)'}' }, separator),
            (byte)'\'' => Quoted(text, at, open, separator),
            (byte)'"' when !ClosesOuter(text, at, open) => Quoted(text, at, open, separator),
            _ => Plain(text, at, separator),
        };
    }

    /// <summary>Reads it as if its quotes had no meaning.</summary>
    public static ConnectionValue Plain(ReadOnlySpan<byte> text, int at, Separator separator)
    {
        var end = EndOfPlain(text, at, separator);
        return new ConnectionValue(at, at + text[at..end].TrimEnd(" \t"u8).Length, end, IsQuoted: false, IsUnclosed: false);
    }

    /// <summary>Where the line ends, or the JSON string that it stands in.</summary>
    public static int EndOfLine(ReadOnlySpan<byte> text, int at)
    {
        var outer = Glyph.Read(text[at..]);
        var close = outer with { Character = (byte)'\'' };
        for (at += outer.Length; at < text.Length;)
        {
            var glyph = Glyph.Read(text[at..]);
            if (glyph.Character == '\n' || (glyph.Character == '"' && EndsOuter(text, at, glyph, close)))
                break;
            at += glyph.Length;
        }
        return at;
    }

    /// <summary>Whether <c>name=</c> follows.</summary>
    public static bool IsPair(ReadOnlySpan<byte> text)
    {
        var end = 0;
        while (end < text.Length && end < LongestName && ConnectionKeys.IsPart(text[end]) && text[end] != ' ')
            end++;
        return end > 0 && end < text.Length && text[end] == '=';
    }

    private static ConnectionValue Quoted(ReadOnlySpan<byte> text, int at, Glyph close, Separator separator)
    {
        var start = at + close.Length;
        var limit = Math.Min(text.Length, start + LongestQuoted);
        for (var end = start; ;)
        {
            var found = text[end..limit].IndexOfAny(Quoting);
            end = found < 0 ? limit : end + found;
            if (found < 0 || LineEnd.Contains(text[end]))
                return new ConnectionValue(start, end, end, IsQuoted: true, IsUnclosed: true);
            var glyph = Glyph.Read(text[end..]);
            if (IsSame(glyph, close) && end + glyph.Length is var next && (next >= text.Length || !IsSame(Glyph.Read(text[next..]), close)))
                return Closed(text, at, start, end, next, separator);
            if (glyph.Character == '\n' || (glyph.Character == '"' && EndsOuter(text, end, glyph, close)))
                return new ConnectionValue(start, end, end, IsQuoted: true, IsUnclosed: true);
            end += IsSame(glyph, close) ? 2 * glyph.Length : glyph.Length;
            limit = Math.Max(limit, Math.Min(end, text.Length));
        }
    }

    /// <summary>What follows a closing quote without a break belongs to the value still, and so do the quotes then.</summary>
    private static ConnectionValue Closed(ReadOnlySpan<byte> text, int at, int start, int end, int next, Separator separator)
    {
        if (EndsHere(text[next..]) || text[next] == '&')
            return new ConnectionValue(start, end, next, IsQuoted: true, IsUnclosed: false);
        var rest = EndOfPlain(text, next, separator);
        return new ConnectionValue(at, rest, rest, IsQuoted: false, IsUnclosed: false);
    }

    private static bool IsSame(Glyph glyph, Glyph other) => glyph.Character == other.Character && glyph.Length == other.Length;

    /// <summary>Whether this quote, met inside of other quotes, ends the JSON string that all of it stands in.</summary>
    private static bool EndsOuter(ReadOnlySpan<byte> text, int at, Glyph quote, Glyph close) =>
        quote.Depth < close.Depth || (close.Character != '"' && IsInside(text, at, quote) != false);

    /// <summary>Whether a quote where a value should begin ends the JSON string instead: JSON goes on behind it, and it is not the first of its pair.</summary>
    private static bool ClosesOuter(ReadOnlySpan<byte> text, int at, Glyph quote)
    {
        var next = text[(at + quote.Length)..].TrimStart(" \t\r\n"u8);
        return (next.IsEmpty || next[0] is (byte)',' or (byte)'}' or (byte)']' or (byte)':' or (byte)'\\') && IsInside(text, at, quote) != false;
    }

    /// <summary>Whether an odd number of such quotes stands before this place in its line; null when that began too long ago.</summary>
    public static bool? IsInside(ReadOnlySpan<byte> text, int at, Glyph quote)
    {
        var line = text[Math.Max(0, at - LongestLookBack)..at];
        var start = line.LastIndexOf((byte)'\n') + 1;
        if (start == 0 && line.Length < at)
            return null;
        line = line[start..];
        Span<byte> spelling = stackalloc byte[quote.Length + MostBackslashes];
        spelling.Fill((byte)'\\');
        text.Slice(at, quote.Length).CopyTo(spelling[MostBackslashes..]);
        var quotes = Count(line, spelling[MostBackslashes..]);
        var isOdd = int.IsOddInteger(quotes);
        // Those behind more backslashes are deeper ones. Behind an even number of them a plain quote is none: the next count gives it back.
        for (var more = MostBackslashes - 1; more >= 0 && quotes > 0; more--)
        {
            quotes = Count(line, spelling[more..]);
            isOdd ^= int.IsOddInteger(quotes);
            if (quote.Depth > 0)
                break;
        }
        return isOdd;
    }

    // A quote is looked at again behind every key of a long line: the library searches for one after another, this counts many at once.
    private static int Count(ReadOnlySpan<byte> line, ReadOnlySpan<byte> quote)
    {
        var (count, at) = (0, 0);
        for (; at + Vector512<byte>.Count + quote.Length - 1 <= line.Length; at += Vector512<byte>.Count)
        {
            var here = Vector512.Equals(Vector512.Create(line[at..]), Vector512.Create(quote[0]));
            for (var i = 1; i < quote.Length && here != Vector512<byte>.Zero; i++)
                here &= Vector512.Equals(Vector512.Create(line[(at + i)..]), Vector512.Create(quote[i]));
            count += BitOperations.PopCount(here.ExtractMostSignificantBits());
        }
        return count + line[at..].Count(quote);
    }

    private static int EndOfPlain(ReadOnlySpan<byte> text, int at, Separator separator)
    {
        while (text[at..].IndexOfAny(Telling) is >= 0 and var plain)
        {
            at += plain;
            var glyph = Glyph.Read(text[at..]);
            if (Ends(glyph.Character, text[(at + glyph.Length)..], separator))
                return at;
            at += glyph.Length;
        }
        return text.Length;
    }

    private static bool Ends(byte character, ReadOnlySpan<byte> rest, Separator separator) => character switch
    {
        (byte)'\\' => false,
        (byte)'"' => true,
        (byte)' ' or (byte)'\t' => separator is not (Separator.Semicolon or Separator.None) || !GoesOnAfterSpace(rest),
        (byte)'\'' or (byte)'`' => EndsHere(rest),
        (byte)'<' => separator != Separator.Semicolon || rest is [(byte)'/', ..],
        (byte)'>' => separator != Separator.Semicolon,
        (byte)';' => separator is Separator.Semicolon or Separator.None || EndsHere(rest) || IsPair(rest),
        (byte)'&' => separator == Separator.Ampersand || (separator != Separator.Semicolon && IsPair(rest)),
        (byte)',' => separator == Separator.Comma || (separator != Separator.Semicolon && (EndsHere(rest) || IsPair(rest))),
        (byte)')' or (byte)']' or (byte)'}' => separator == Separator.Semicolon ? rest.IsEmpty || rest[0] is (byte)' ' or (byte)'"' : EndsHere(rest),
        _ => Controls.Contains(character),
    };

    private static bool EndsHere(ReadOnlySpan<byte> rest) => rest.IsEmpty || Closing.Contains(Glyph.Read(rest).Character);

    /// <summary>A value may have spaces only where a semicolon and a known key follow on its line: then it reaches up to there.</summary>
    private static bool GoesOnAfterSpace(ReadOnlySpan<byte> rest)
    {
        rest = rest[..Math.Min(rest.Length, LongestLookAhead)];
        var end = rest.IndexOfAny(";\"\\\n\r"u8);
        if (end < 0 || rest[end] != ';')
            return false;
        var name = rest[(end + 1)..];
        var equals = name[..Math.Min(name.Length, LongestName)].IndexOfAny("=\n\r"u8);
        return equals > 0 && name[equals] == '=' && ConnectionKeys.Before(name, equals, 0).Kind != ConnectionKeyKind.Unknown;
    }
}
