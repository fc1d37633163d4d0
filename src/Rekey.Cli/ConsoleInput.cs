namespace Rekey.Cli;

/// <summary>
/// Standard input whose reads can be given up. The system's own cannot: a server that was told to stop would wait for
/// a client that has nothing more to say. A read that was given up keeps its bytes for the next one.
/// </summary>
internal sealed class ConsoleInput(Stream inner) : Stream
{
    private readonly byte[] _buffer = new byte[16 << 10];
    private Task<int>? _reading;
    private int _start;
    private int _end;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end)
        {
            _reading ??= Task.Run(() => inner.Read(_buffer), CancellationToken.None);
            (_start, _end) = (0, await _reading.WaitAsync(cancellationToken).ConfigureAwait(false));
            _reading = null;
        }
        var length = Math.Min(buffer.Length, _end - _start);
        _buffer.AsMemory(_start, length).CopyTo(buffer);
        _start += length;
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
