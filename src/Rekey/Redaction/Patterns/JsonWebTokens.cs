using System.Buffers;

namespace Rekey.Redaction.Patterns;

/// <summary>A signed token: two parts that are JSON in base64url, then the signature.</summary>
internal static class JsonWebTokens
{
    private const int ShortestPart = 10;
    private const int ShortestSignature = 20;

    private static readonly SearchValues<byte> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"u8);

    public static bool TryRead(ReadOnlySpan<byte> text, int start, out int end)
    {
        end = start;
        if (start > 0 && !Glyph.StartsWord(text[..start]) || (start > 0 && text[start - 1] == '-'))
            return false;
        return TryReadJson(text, ref end) && TryReadJson(text, ref end) && TryReadSignature(text, ref end);
    }

    private static bool TryReadJson(ReadOnlySpan<byte> text, ref int at)
    {
        var length = text[at..].StartsWith("eyJ"u8) ? text[at..].IndexOfAnyExcept(Base64Url) : -1;
        if (length < ShortestPart || text[at + length] != '.')
            return false;
        at += length + 1;
        return true;
    }

    private static bool TryReadSignature(ReadOnlySpan<byte> text, ref int at)
    {
        var length = text[at..].IndexOfAnyExcept(Base64Url);
        at = length < 0 ? text.Length : at + length;
        return length is < 0 or >= ShortestSignature;
    }
}
