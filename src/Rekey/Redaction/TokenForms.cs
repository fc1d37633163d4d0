using System.Buffers;
using System.Text;

namespace Rekey.Redaction;

/// <summary>The forms of values too short to be looked for inside longer text: they count only where they stand alone.</summary>
internal sealed class TokenForms(byte[][] forms)
{
    private readonly int _longest = forms.Length == 0 ? 0 : forms.Max(static form => form.Length);

    public static TokenForms None { get; } = new([]);

    public TokenForms With(IEnumerable<byte[]> more) => new([.. forms, .. more]);

    public void Find(ref Findings findings)
    {
        var text = findings.Text;
        foreach (var form in forms)
        {
            for (var at = 0; text[at..].IndexOf(form) is >= 0 and var found; at++)
            {
                at += found;
                if (StartsToken(text, at) && EndsToken(text, at + form.Length))
                    findings.Add(at, at + form.Length);
            }
        }
    }

    /// <summary>Where the text may end in the beginning of a form, or in one that stands alone unless it goes on; the end of the text when it does not.</summary>
    public int FirstOpen(ReadOnlySpan<byte> text, int from)
    {
        // Whether half a character is a letter cannot be known.
        var whole = text[..^LengthOfHalf(text)];
        for (var at = Math.Max(from, whole.Length - _longest); at < text.Length; at++)
        {
            foreach (var form in forms)
            {
                if ((form.AsSpan().StartsWith(text[at..]) || (at < whole.Length && form.AsSpan().SequenceEqual(whole[at..]))) && StartsToken(text, at))
                    return at;
            }
        }
        return text.Length;
    }

    private static int LengthOfHalf(ReadOnlySpan<byte> text)
    {
        for (var length = 1; length < 4 && length <= text.Length; length++)
        {
            if (text[^length] >= 0xC0)
                return Rune.DecodeFromUtf8(text[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
        }
        return 0;
    }

    private static bool StartsToken(ReadOnlySpan<byte> text, int at) =>
        at == 0 || !EndsInWord(text[..at]) || EndsInEscape(text[..at]);

    private static bool EndsToken(ReadOnlySpan<byte> text, int at)
    {
        if (at == text.Length)
            return true;
        _ = Rune.DecodeFromUtf8(text[at..], out var next, out _);
        return !IsWord(next);
    }

    private static bool EndsInWord(ReadOnlySpan<byte> before)
    {
        _ = Rune.DecodeLastFromUtf8(before, out var last, out _);
        return IsWord(last);
    }

    /// <summary>The last letter or digit before the token can be the end of an escape: <c>\n</c>, <c>\u0022</c>, <c>%3D</c>.</summary>
    private static bool EndsInEscape(ReadOnlySpan<byte> before) => before switch
    {
        [.., (byte)'\\', (byte)'n' or (byte)'r' or (byte)'t' or (byte)'b' or (byte)'f'] => true,
        [.., (byte)'%', var high, var low] => IsHex(high) && IsHex(low),
        [.., (byte)'\\', (byte)'u', var a, var b, var c, var d] => IsHex(a) && IsHex(b) && IsHex(c) && IsHex(d),
        _ => false,
    };

    private static bool IsHex(byte digit) => char.IsAsciiHexDigit((char)digit);

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value == '_';
}
