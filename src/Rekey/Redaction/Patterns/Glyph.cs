using System.Globalization;
using System.Runtime.CompilerServices;

namespace Rekey.Redaction.Patterns;

/// <summary>One character as a text writes it: itself, escaped for JSON at any depth (<c>\"</c>, <c>\\\/</c>, <c>\u0026</c>) or percent-encoded.</summary>
/// <param name="Character">More than 0x7F for whatever is beyond ASCII.</param>
/// <param name="Length">How many bytes it takes.</param>
/// <param name="Depth">How many backslashes it has: a quote with fewer of them is an outer one.</param>
internal readonly record struct Glyph(byte Character, int Length, int Depth)
{
    private const int UnicodeLength = 5;

    /// <summary>
    /// A run of backslashes belongs to the letter after it only where JSON has such an escape; else it stands for itself.
    /// It escapes a quote when it is odd: the pairs of an even one are backslashes, and the quote is none of theirs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // almost every character stands for itself
    public static Glyph Read(ReadOnlySpan<byte> text) => text[0] == '\\' ? Escaped(text) : new Glyph(text[0], 1, 0);

    private static Glyph Escaped(ReadOnlySpan<byte> text)
    {
        var depth = text.IndexOfAnyExcept((byte)'\\');
        if (depth < 0)
            return new Glyph((byte)'\\', text.Length, 0);
        var escaped = text[depth];
        if (escaped == 'u' && UnicodeAt(text[depth..]) is { } character)
            return new Glyph(character, depth + UnicodeLength, depth);
        return escaped switch
        {
            (byte)'"' or (byte)'\'' when int.IsOddInteger(depth) => new Glyph(escaped, depth + 1, depth),
            (byte)'/' => new Glyph(escaped, depth + 1, depth),
            (byte)'n' or (byte)'r' => new Glyph((byte)'\n', depth + 1, depth),
            (byte)'t' => new Glyph((byte)'\t', depth + 1, depth),
            _ => new Glyph((byte)'\\', depth, 0),
        };
    }

    /// <summary>Reads a character that was percent-encoded this many times.</summary>
    public static Glyph ReadEncoded(ReadOnlySpan<byte> text, int times)
    {
        if (times == 0)
            return Read(text);
        var digits = 1;
        while (times > 1 && text[digits..].StartsWith("25"u8))
            (times, digits) = (times - 1, digits + 2);
        return text[0] == '%' && times == 1 && text.Length >= digits + 2 && Hex(text.Slice(digits, 2)) is { } character
            ? new Glyph((byte)character, digits + 2, 0)
            : new Glyph(text[0], 1, 0);
    }

    /// <summary>Whether a word can begin here: no letter or digit stands before, or one that only ends an escape.</summary>
    public static bool StartsWord(ReadOnlySpan<byte> before)
    {
        if (before is not [.., var last] || !(char.IsAsciiLetterOrDigit((char)last) || last == '_'))
            return true;
        return before switch
        {
            [.., (byte)'\\', (byte)'n' or (byte)'r' or (byte)'t' or (byte)'b' or (byte)'f'] => true,
            [.., (byte)'%', var high, var low] => Hex([high, low]) is not null,
            [.., (byte)'\\', (byte)'u', var a, var b, var c, var d] => UnicodeAt([(byte)'u', a, b, c, d]) is not null,
            _ => false,
        };
    }

    private static byte? UnicodeAt(ReadOnlySpan<byte> text) =>
        text.Length >= UnicodeLength && Hex(text[1..UnicodeLength]) is { } code ? (byte)Math.Min(code, 0xFF) : null;

    private static int? Hex(ReadOnlySpan<byte> digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
