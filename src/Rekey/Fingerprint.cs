using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rekey;

/// <summary>
/// A short name for a credential's content that can be logged: an HMAC under a key that lives as long as this process,
/// so that it tells versions apart here and tells nobody anything elsewhere.
/// </summary>
internal static class Fingerprint
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static string Of(SecretDocument document)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Key);
        if (document.IsText)
        {
            Append(hash, document.Content.Reveal());
        }
        else if (document.TryGetFields(out var fields))
        {
            foreach (var (name, value) in fields.OrderBy(static f => f.Key, StringComparer.Ordinal))
            {
                Append(hash, name);
                Append(hash, value.Reveal());
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }

    // Lengths go in first: ("ab","c") and ("a","bc") are different documents.
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
