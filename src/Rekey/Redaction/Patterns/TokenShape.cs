using System.Buffers;

namespace Rekey.Redaction.Patterns;

/// <summary>How the tokens of one issuer look: a prefix, then at least so many characters of an alphabet.</summary>
internal sealed class TokenShape(string prefix, int sign, string alphabet, int shortest)
{
    public const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    public const string Url = Alphanumeric + "_-";
    public const string Dotted = Url + ".";

    private const int LongestJudged = 256;

    private readonly byte[] _prefix = System.Text.Encoding.ASCII.GetBytes(prefix);
    private readonly SearchValues<byte> _alphabet = SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(alphabet));

    /// <summary>The three bytes that lead here.</summary>
    public int Sign { get; } = SignAt(System.Text.Encoding.ASCII.GetBytes(prefix), sign);

    /// <summary>Whether a stretch of so many letters and digits is asked for, with a digit in it: names made of words have none.</summary>
    public int Stretch { get; init; }

    public static int SignAt(ReadOnlySpan<byte> text, int at) => text[at] | (text[at + 1] << 8) | (text[at + 2] << 16);

    /// <summary>Whether a text is how such a token begins, and no more than that.</summary>
    public bool MayBegin(ReadOnlySpan<byte> text) => _prefix.AsSpan().StartsWith(text);

    /// <summary>Tells where the token with its sign at this place begins and ends, or what was read to see that it is none.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, int at, out int start, out int end)
    {
        start = at - sign;
        end = start + _prefix.Length;
        if (start < 0 || !text[start..].StartsWith(_prefix) || !StartsToken(text[..start]))
            return false;
        var body = text[end..];
        var judged = Run(body[..Math.Min(body.Length, LongestJudged)]);
        var isToken = judged.Length >= shortest && HasStretch(judged);
        end += isToken ? Run(body).TrimEnd((byte)'.').Length : judged.Length;
        return isToken;
    }

    private bool StartsToken(ReadOnlySpan<byte> before) =>
        Glyph.StartsWord(before) && (Stretch == 0 || before is not [.., (byte)'-' or (byte)'.']);

    private ReadOnlySpan<byte> Run(ReadOnlySpan<byte> body) => body.IndexOfAnyExcept(_alphabet) is >= 0 and var end ? body[..end] : body;

    private bool HasStretch(ReadOnlySpan<byte> body)
    {
        for (var start = 0; Stretch > 0 && start < body.Length;)
        {
            var end = body[start..].IndexOfAny("-_."u8) is >= 0 and var found ? start + found : body.Length;
            if (end - start >= Stretch && body[start..end].ContainsAnyInRange((byte)'0', (byte)'9'))
                return true;
            start = end + 1;
        }
        return Stretch == 0;
    }
}
