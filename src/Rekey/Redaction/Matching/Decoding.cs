using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Undoes one layer of every escape that encoders in use write: JSON and JavaScript, URL, HTML and XML, octal and hex bytes, the colours of a
/// terminal. What is no escape stays as it is.
/// </summary>
internal static class Decoding
{
    /// <summary>The deepest nesting that is undone.</summary>
    public const int DeepestLayer = 5;

    /// <summary>The most bytes that an escape takes for one of text: a pair of surrogates.</summary>
    public const int LongestEscape = 12;

    /// <summary>The longest name or number of an entity, with the ampersand.</summary>
    public const int LongestEntity = 9;

    /// <summary>The most that stands between the bracket of a colour and its last letter.</summary>
    public const int LongestColour = 16;

    private const int AsByte = 1 << 24;
    private const int Nothing = -1;

    /// <summary>What escapes of every kind begin with.</summary>
    public static readonly SearchValues<byte> Every = SearchValues.Create("\\%&\e"u8);

    /// <summary>Those of one kind at a time: a value may look like an escape of another.</summary>
    public static readonly SearchValues<byte>[] Kinds = [SearchValues.Create("\\\e"u8), SearchValues.Create("%\e"u8), SearchValues.Create("&\e"u8)];

    /// <summary>How many backslashes the text begins with.</summary>
    public static int Backslashes(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept((byte)'\\') is >= 0 and var count ? count : text.Length;

    /// <summary>Whether a backslash and this letter stand for something else than the letter.</summary>
    public static bool IsEscape(byte letter) => letter is (byte)'n' or (byte)'r' or (byte)'t' or (byte)'b' or (byte)'f' or (byte)'u' or (byte)'x' or (>= (byte)'0' and <= (byte)'3');

    /// <summary>False when there is nothing to undo. Tells, too, where an escape begins of which the rest is still to come.</summary>
    public static bool Once(Units from, Units to, SearchValues<byte> introducers)
    {
        var text = from.Bytes;
        to.Follow(from);
        if (!text.ContainsAny(introducers))
            return false;
        var changed = false;
        for (var at = 0; at < text.Length;)
        {
            if (!introducers.Contains(text[at]))
            {
                var plain = text[at..].IndexOfAny(introducers) is >= 0 and var found ? found : text.Length - at;
                to.AddRun(from, at, plain);
                at += plain;
                continue;
            }
            if (text[at] == '\\' && at + 1 < text.Length && text[at + 1] == '\\')
            {
                // Text that was escaped again and again is full of them.
                to.Add((byte)'\\', from.StartOf(at), from.EndOf(at + 1));
                (at, changed) = (at + 2, true);
                continue;
            }
            if (!to.IsCut && CutEscapes.IsCut(text[at..]))
                to.CutHere();
            var length = Escape(text[at..], out var decoded);
            if (length == 0)
            {
                to.AddRun(from, at, 1);
                at++;
                continue;
            }
            changed = true;
            Write(decoded, from.StartOf(at), from.EndOf(at + length - 1), to);
            at += length;
        }
        return changed;
    }

    // A character comes out in UTF-8, a byte as it is; of a colour nothing is left.
    private static void Write(int decoded, int start, int end, Units to)
    {
        if (decoded is (>= 0 and < 0x80) or >= AsByte)
        {
            to.Add((byte)decoded, start, end);
        }
        else if (decoded != Nothing)
        {
            var rune = Rune.TryCreate(decoded, out var character) ? character : Rune.ReplacementChar; // half of a pair
            Span<byte> utf8 = stackalloc byte[4];
            foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
                to.Add(value, start, end);
        }
    }

    /// <summary>How long the escape at the beginning is, and what it stands for; zero when it is none.</summary>
    private static int Escape(ReadOnlySpan<byte> text, out int decoded) => text[0] switch
    {
        (byte)'\\' => Backslash(text, out decoded),
        (byte)'%' => HexByte(text, 1, out decoded),
        (byte)'&' => Entity(text, out decoded),
        (byte)'\e' => Colour(text, out decoded),
        _ => None(out decoded),
    };

    private static int None(out int decoded) => decoded = 0;

    private static int Backslash(ReadOnlySpan<byte> text, out int decoded)
    {
        decoded = 0;
        if (text.Length < 2)
            return 0;
        switch (text[1])
        {
            case (byte)'u':
                return Unicode(text, out decoded);
            case (byte)'x':
                return HexByte(text, 2, out decoded);
            case >= (byte)'0' and <= (byte)'3' when text.Length >= 4 && IsOctal(text[2]) && IsOctal(text[3]):
                decoded = AsByte | ((text[1] - '0') << 6) | ((text[2] - '0') << 3) | (text[3] - '0');
                return 4;
        }
        decoded = text[1] switch
        {
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            var other when other < 0x80 && !char.IsAsciiLetterOrDigit((char)other) => other,
            _ => Nothing,
        };
        return decoded < 0 ? 0 : 2;
    }

    private static int Unicode(ReadOnlySpan<byte> text, out int decoded)
    {
        const int length = 6;
        decoded = Digits(text, 2, 4);
        if (decoded < 0)
            return 0;
        if (decoded is < 0xD800 or >= 0xDC00 || text.Length < 2 * length || text[length] != '\\' || text[length + 1] != 'u')
            return length;
        var low = Digits(text, length + 2, 4);
        if (low is < 0xDC00 or >= 0xE000)
            return length;
        decoded = 0x10000 + ((decoded - 0xD800) << 10) + (low - 0xDC00);
        return 2 * length;
    }

    private static int HexByte(ReadOnlySpan<byte> text, int before, out int decoded)
    {
        decoded = Digits(text, before, 2);
        if (decoded < 0)
            return 0;
        decoded |= AsByte;
        return before + 2;
    }

    private static int Entity(ReadOnlySpan<byte> text, out int decoded)
    {
        decoded = 0;
        var end = text[..Math.Min(text.Length, LongestEntity + 1)].IndexOf((byte)';');
        if (end < 3)
            return 0;
        var name = text[1..end];
        decoded = name switch
        {
            [(byte)'#', (byte)'x' or (byte)'X', .. var hex] => Utf8Parser.TryParse(hex, out int code, out var read, 'x') && read == hex.Length ? code : Nothing,
            [(byte)'#', .. var digits] => Utf8Parser.TryParse(digits, out int code, out var read) && read == digits.Length ? code : Nothing,
            _ when name.SequenceEqual("lt"u8) => '<',
            _ when name.SequenceEqual("gt"u8) => '>',
            _ when name.SequenceEqual("amp"u8) => '&',
            _ when name.SequenceEqual("quot"u8) => '"',
            _ when name.SequenceEqual("apos"u8) => '\'',
            _ when name.SequenceEqual("nbsp"u8) => ' ',
            _ => Nothing,
        };
        return decoded is < 0 or > 0x10FFFF ? 0 : end + 1;
    }

    // ESC [ 31 m
    private static int Colour(ReadOnlySpan<byte> text, out int decoded)
    {
        decoded = Nothing;
        if (text.Length < 3 || text[1] != '[')
            return 0;
        var end = text[2..].IndexOfAnyInRange((byte)'@', (byte)'~');
        return end is >= 0 and < LongestColour ? end + 3 : 0;
    }

    private static int Digits(ReadOnlySpan<byte> text, int from, int count)
    {
        if (text.Length < from + count)
            return Nothing;
        var value = 0;
        foreach (var digit in text.Slice(from, count))
        {
            if (!char.IsAsciiHexDigit((char)digit))
                return Nothing;
            value = (value << 4) | Convert.ToInt32(char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }
        return value;
    }

    private static bool IsOctal(byte digit) => digit is >= (byte)'0' and <= (byte)'7';
}
