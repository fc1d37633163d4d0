using System.Buffers;

namespace Rekey.Redaction.Patterns;

/// <summary>A private key in PEM, with its lines as they are or escaped, whole or cut off.</summary>
internal static class PrivateKeys
{
    private const int Longest = 16 * 1024;
    private const int LongestHeader = 64;
    private const int ShortestBody = 16;

    private static readonly SearchValues<byte> Body = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\\\r\n"u8);
    private static readonly SearchValues<byte> Outside = SearchValues.Create("\"'<>`"u8);

    /// <summary>Reads the key that has the last two dashes and the B of its header at this place.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, int sign, out int start, out int end)
    {
        start = sign - 3;
        end = sign;
        if (start < 0 || !text[start..].StartsWith("-----BEGIN "u8))
            return false;
        var header = text[start..Math.Min(text.Length, start + LongestHeader)];
        var dashes = header[5..].IndexOf("-----"u8) + 5;
        if (dashes < 5 || header[..dashes].IndexOf("PRIVATE KEY"u8) < 0)
            return false;
        var body = start + dashes + 5;
        var length = LengthOfBody(text[body..Math.Min(text.Length, body + Longest)]);
        end = body + length;
        return length >= ShortestBody;
    }

    /// <summary>Up to the end of the footer; without one, as far as it is base64.</summary>
    private static int LengthOfBody(ReadOnlySpan<byte> body)
    {
        var outside = body.IndexOfAny(Outside);
        body = outside < 0 ? body : body[..outside];
        var footer = body.IndexOf("-----"u8);
        if (footer < 0 || !body[footer..].StartsWith("-----END "u8))
            return body.IndexOfAnyExcept(Body) is >= 0 and var end ? end : body.Length;
        var dashes = body[(footer + 5)..].IndexOf("-----"u8);
        return dashes < 0 ? footer : footer + 5 + dashes + 5;
    }
}
