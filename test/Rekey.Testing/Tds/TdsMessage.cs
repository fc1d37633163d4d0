using System.Buffers.Binary;

namespace Rekey.Testing.Tds;

internal enum TdsMessageType : byte
{
    Batch = 0x01,
    Call = 0x03,
    Answer = 0x04,
    Attention = 0x06,
    Transaction = 0x0E,
    Login = 0x10,
    Prelogin = 0x12,
}

/// <summary>A message, put together from its packets.</summary>
internal sealed record TdsMessage(TdsMessageType Type, bool ResetsSession, byte[] Body)
{
    /// <summary>What is agreed on at the login.</summary>
    public const int PacketSize = 4096;

    public const int HeaderSize = 8;

    private const byte IsLast = 0x01;
    private const byte ResetBits = 0x18;
    private const int LongestMessage = 4 << 20;

    /// <summary>The next message; null when the client has gone.</summary>
    public static async Task<TdsMessage?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderSize];
        using var body = new MemoryStream();
        var resets = false;
        do
        {
            if (await stream.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellationToken) < HeaderSize)
                return null;
            var packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - HeaderSize];
            await stream.ReadExactlyAsync(packet, cancellationToken);
            body.Write(packet);
            resets |= (header[1] & ResetBits) != 0;
        }
        while ((header[1] & IsLast) == 0 && body.Length < LongestMessage);
        return new TdsMessage((TdsMessageType)header[0], resets, body.ToArray());
    }

    public static async Task WriteAsync(Stream stream, TdsMessageType type, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var packets = new MemoryStream();
        byte number = 0;
        do
        {
            var part = body[..Math.Min(body.Length, PacketSize - HeaderSize)];
            body = body[part.Length..];
            packets.Write(Header(type, body.IsEmpty, part.Length + HeaderSize, ++number));
            packets.Write(part.Span);
        }
        while (!body.IsEmpty);
        await stream.WriteAsync(packets.GetBuffer().AsMemory(0, (int)packets.Length), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    private static byte[] Header(TdsMessageType type, bool isLast, int length, byte number) =>
        [(byte)type, isLast ? IsLast : (byte)0, (byte)(length >> 8), (byte)length, 0, 0, number, 0];
}
