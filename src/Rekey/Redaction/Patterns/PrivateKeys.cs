using System.Buffers;

namespace Rekey.Redaction.Patterns;

/// <summary>A private key in PEM, with its lines as they are or escaped, whole or cut off.</summary>
internal static class PrivateKeys
{
    private const int Longest = 16 * 1024;
    private const int LongestHeader = 64;
    private const int ShortestBody = 16;

    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n";
    private static readonly SearchValues<byte> Body = SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(Base64));
    private static readonly SearchValues<byte> BodyWithHeaders = SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(Base64 + " ,:-."));
    private static readonly SearchValues<byte> Label = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "u8);

    /// <summary>Reads the key that has the last two dashes and the B of its header at this place.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, int sign, out int start, out int end)
    {
        start = sign - 3;
        end = sign;
        if (start < 0 || !TryReadLine(text[start..], "-----BEGIN "u8, out var header) || text.Slice(start, header).IndexOf("PRIVATE KEY"u8) < 0)
            return false;
        var body = text.Slice(start + header, Math.Min(Longest, text.Length - start - header));
        var length = LengthOfBody(body);
        end = start + header + length;
        return length >= ShortestBody;
    }

    /// <summary>Whether all that stands behind <c>-----BEGIN </c> may still become a key.</summary>
    public static bool MayStandAt(ReadOnlySpan<byte> text)
    {
        var label = text["-----BEGIN ".Length..];
        var end = label[..Math.Min(label.Length, LongestHeader)].IndexOfAnyExcept(Label);
        if (end < 0)
            return label.Length < LongestHeader;
        var rest = label[end..];
        if (rest.Length < "-----".Length)
            return "-----"u8.StartsWith(rest);
        return rest.StartsWith("-----"u8) && label[..end].IndexOf("PRIVATE KEY"u8) >= 0 && Run(rest, BodyWithHeaders) == rest.Length;
    }

    /// <summary>Up to the end of the footer; without one, as far as it is base64.</summary>
    private static int LengthOfBody(ReadOnlySpan<byte> body)
    {
        var footer = body.IndexOf("-----"u8);
        return footer >= 0 && TryReadLine(body[footer..], "-----END "u8, out var line) && Run(body[..footer], BodyWithHeaders) == footer
            ? footer + line
            : Run(body, Body);
    }

    private static bool TryReadLine(ReadOnlySpan<byte> text, ReadOnlySpan<byte> beginning, out int length)
    {
        length = beginning.Length;
        if (!text.StartsWith(beginning))
            return false;
        var label = text[length..Math.Min(text.Length, LongestHeader)].IndexOfAnyExcept(Label);
        length += label + "-----".Length;
        return label > 0 && text[(length - "-----".Length)..].StartsWith("-----"u8);
    }

    private static int Run(ReadOnlySpan<byte> text, SearchValues<byte> letters)
    {
        for (var at = 0; at < text.Length;)
        {
            at = text[at..].IndexOfAnyExcept(letters) is >= 0 and var plain ? at + plain : text.Length;
            if (at == text.Length || text[at] != '\\' || Glyph.Read(text[at..]) is not { Character: not (byte)'\\' } glyph || !letters.Contains(glyph.Character))
                return at;
            at += glyph.Length;
        }
        return text.Length;
    }
}
