using System.Buffers.Text;

namespace Rekey.Slack;

/// <summary>Single letters as scripts and markup write them.</summary>
internal static class PageEscapes
{
    /// <summary>The letter that the text begins with, and how many bytes it takes there; zero for what is none.</summary>
    public static int Letter(ReadOnlySpan<byte> text, out char letter)
    {
        letter = (char)text[0];
        return text[0] switch
        {
            (byte)'\\' => InScript(text[1..], ref letter),
            (byte)'&' => InMarkup(text, ref letter),
            var plain => char.IsAscii((char)plain) ? 1 : 0,
        };
    }

    // \u002d, \x2d, \/ and \-
    private static int InScript(ReadOnlySpan<byte> text, ref char letter)
    {
        switch (text)
        {
            case [(byte)'u', _, _, _, _, ..] when IsHex(text[1..5], out letter):
                return 6;
            case [(byte)'x', _, _, ..] when IsHex(text[1..3], out letter):
                return 4;
            case [(byte)'/' or (byte)'-', ..]:
                letter = (char)text[0];
                return 2;
            default:
                return 0;
        }
    }

    // &#45; and &#x2d;
    private static int InMarkup(ReadOnlySpan<byte> text, ref char letter)
    {
        var end = text[..Math.Min(text.Length, 10)].IndexOf((byte)';');
        return text switch
        {
            [(byte)'&', (byte)'#', (byte)'x' or (byte)'X', ..] when end > 3 && IsHex(text[3..end], out letter) => end + 1,
            [(byte)'&', (byte)'#', ..] when end > 2 && IsDecimal(text[2..end], out letter) => end + 1,
            _ => 0,
        };
    }

    private static bool IsHex(ReadOnlySpan<byte> digits, out char letter) => IsLetter(digits, 'X', out letter);

    private static bool IsDecimal(ReadOnlySpan<byte> digits, out char letter) => IsLetter(digits, 'D', out letter);

    private static bool IsLetter(ReadOnlySpan<byte> digits, char format, out char letter)
    {
        var isNumber = Utf8Parser.TryParse(digits, out ushort number, out var used, format) && used == digits.Length && number < 128;
        letter = isNumber ? (char)number : '\0';
        return isNumber;
    }
}
