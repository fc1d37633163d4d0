using System.Security.Cryptography;
using System.Text;

namespace Rekey.Cli.Stores;

/// <summary>
/// Encrypts records with AES-256-GCM. A nonce is random and used once. Version and credential are authenticated along with the record,
/// so that it opens in no other place.
/// </summary>
internal sealed class RecordCipher
{
    public const string Algorithm = "aes-256-gcm";
    public const int KeyLength = 32;
    public const int KeyIdLength = 8;
    public const int NonceLength = 12;
    public const int TagLength = 16;

    private readonly byte[] _key;

    public RecordCipher(byte[] key)
    {
        _key = key;
        KeyId = Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, KeyIdLength / 2));
    }

    /// <summary>Tells keys apart and tells nothing about one.</summary>
    public string KeyId { get; }

    public SealedRecord Seal(int version, string credential, ReadOnlySpan<byte> plain)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var data = new byte[plain.Length + TagLength];
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, plain, data.AsSpan(0, plain.Length), data.AsSpan(plain.Length), Place(version, credential));
        return new SealedRecord(KeyId, nonce, data);
    }

    /// <summary>The record as it was sealed; null when the key, the place or a single bit is another.</summary>
    public byte[]? Open(int version, string credential, SealedRecord record)
    {
        var plain = new byte[record.Data.Length - TagLength];
        using var aes = new AesGcm(_key, TagLength);
        try
        {
            aes.Decrypt(record.Nonce, record.Data.AsSpan(0, plain.Length), record.Data.AsSpan(plain.Length), plain, Place(version, credential));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Place(int version, string credential) => Encoding.UTF8.GetBytes($"rekey-store\n{version}\n{credential}");
}

/// <summary>A record that only its key opens: the text and then the tag.</summary>
internal sealed record SealedRecord(string KeyId, byte[] Nonce, byte[] Data)
{
    public bool IsWellFormed =>
        KeyId.Length == RecordCipher.KeyIdLength && KeyId.All(char.IsAsciiHexDigitLower) && Nonce.Length == RecordCipher.NonceLength && Data.Length >= RecordCipher.TagLength;
}
