using System.Buffers.Binary;
using System.Text;

namespace Rekey.Testing.Tds;

/// <summary>A login as a client presents it.</summary>
internal sealed record TdsLogin(string User, string Password, string Database, string Application, bool IsReadOnly)
{
    // Where the places and lengths of the texts stand.
    private const int UserAt = 40;
    private const int PasswordAt = 44;
    private const int ApplicationAt = 48;
    private const int DatabaseAt = 68;

    private const int TypeFlagsAt = 26;
    private const byte ReadOnlyIntent = 0x20;

    public static TdsLogin Read(byte[] body) => new(
        Text(body, UserAt), Encoding.Unicode.GetString(Clear(Bytes(body, PasswordAt))), Text(body, DatabaseAt), Text(body, ApplicationAt),
        (body[TypeFlagsAt] & ReadOnlyIntent) != 0);

    private static string Text(byte[] body, int at) => Encoding.Unicode.GetString(Bytes(body, at));

    private static ReadOnlySpan<byte> Bytes(byte[] body, int at)
    {
        var place = BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(at));
        var letters = BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(at + 2));
        return body.AsSpan(place, letters * 2);
    }

    // A password travels with its nibbles swapped and its bits turned: no protection, a custom.
    private static byte[] Clear(ReadOnlySpan<byte> password)
    {
        var clear = password.ToArray();
        for (var i = 0; i < clear.Length; i++)
        {
            var turned = clear[i] ^ 0xA5;
            clear[i] = (byte)((turned << 4) | (turned >> 4));
        }
        return clear;
    }
}
