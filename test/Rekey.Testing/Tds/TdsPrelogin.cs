using System.Buffers.Binary;

namespace Rekey.Testing.Tds;

/// <summary>What client and server agree on before the login: the version, and how much is encrypted.</summary>
internal static class TdsPrelogin
{
    private const byte EncryptionOption = 1;
    private const byte End = 0xFF;

    // ENCRYPT_OFF, ENCRYPT_ON, ENCRYPT_NOT_SUP, ENCRYPT_REQ of the protocol
    private const byte Off = 0;
    private const byte On = 1;
    private const byte NotSupported = 2;
    private const byte Required = 3;

    // Two options and the end of their list: 11 bytes. The version's six follow, then the one of encryption.
    private static readonly byte[] Head = [0, 0, 11, 0, 6, EncryptionOption, 0, 17, 0, 1, End, 16, 0, 0x10, 0, 0, 0];

    /// <summary>The answer, and how much of the session is encrypted by it.</summary>
    public static (byte[] Answer, TdsEncryption Agreed) Answer(byte[] prelogin, TdsEncryption server)
    {
        var client = Wish(prelogin);
        var (code, agreed) = (server, client) switch
        {
            (TdsEncryption.None, _) => (NotSupported, TdsEncryption.None),
            (TdsEncryption.Login, Off) => (Off, TdsEncryption.Login),
            (TdsEncryption.Full, Off) => (Required, TdsEncryption.Full),
            _ => (On, TdsEncryption.Full),
        };
        return ([.. Head, code], agreed);
    }

    private static byte Wish(byte[] prelogin)
    {
        for (var at = 0; prelogin[at] != End; at += 5)
        {
            if (prelogin[at] == EncryptionOption)
                return (byte)(prelogin[BinaryPrimitives.ReadUInt16BigEndian(prelogin.AsSpan(at + 1))] & 3);
        }
        return Off;
    }
}
