using System.Buffers.Binary;

namespace Rekey.Testing.Tds;

/// <summary>Beneath TLS: until the handshake is over its records travel inside prelogin packets, then as they are.</summary>
internal sealed class TdsHandshakeStream(Stream inner) : Stream
{
    private int _left;

    public bool IsOver { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsOver)
            return await inner.ReadAsync(buffer, cancellationToken);
        if (buffer.IsEmpty)
            return 0;
        if (_left == 0)
        {
            var header = new byte[TdsMessage.HeaderSize];
            if (await inner.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken) < header.Length)
                return 0;
            _left = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - TdsMessage.HeaderSize;
        }
        var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
        _left -= read;
        return read;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsOver)
            await inner.WriteAsync(buffer, cancellationToken);
        else
            await TdsMessage.WriteAsync(inner, TdsMessageType.Prelogin, buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
