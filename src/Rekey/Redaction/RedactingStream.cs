using System.Buffers;

namespace Rekey.Redaction;

/// <summary>
/// The outgoing side of a newline-delimited JSON-RPC transport: each message is swept, then written in one piece. Nothing leaves before
/// its line has ended, so that a secret cannot slip out in two halves; flushing does not change that.
/// </summary>
public sealed class RedactingStream : Stream
{
    /// <summary>The longest message that is checked, in bytes; a longer one is replaced by an error.</summary>
    public const int LongestMessage = 64 << 20;

    private const int LargestKeptBuffer = 1 << 20;

    private readonly Stream _inner;
    private readonly SecretRedactor _redactor;
    private readonly int _longest;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private ArrayBufferWriter<byte> _pending = new();
    private ArrayBufferWriter<byte> _swept = new();
    private ArrayBufferWriter<byte>? _refusal;
    private bool _isDisposed;

    /// <summary>Sweeps everything on its way to <paramref name="inner"/>, which is closed with this stream.</summary>
    public RedactingStream(Stream inner, SecretRedactor redactor, int longestMessage = LongestMessage)
    {
        _inner = inner;
        _redactor = redactor;
        _longest = longestMessage;
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !_isDisposed;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            while (TryTake_NeedsLock(ref buffer, out var message))
                await _inner.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsMemory(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray().AsMemory());

    /// <inheritdoc/>
    public override void Flush() => _inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (TryEnd_NeedsLock(out var rest))
                await _inner.WriteAsync(rest).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
            await _inner.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gate.Wait();
            try
            {
                if (TryEnd_NeedsLock(out var rest))
                    _inner.Write(rest.Span);
            }
            finally
            {
                _gate.Release();
                _inner.Dispose();
            }
        }
        base.Dispose(disposing);
    }

    private void Write(ReadOnlyMemory<byte> buffer)
    {
        _gate.Wait();
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            while (TryTake_NeedsLock(ref buffer, out var message))
                _inner.Write(message.Span);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Takes the next whole message, swept. What has no end yet is kept.</summary>
    private bool TryTake_NeedsLock(ref ReadOnlyMemory<byte> buffer, out ReadOnlyMemory<byte> message)
    {
        var end = buffer.Span.IndexOf((byte)'\n') + 1;
        var piece = end == 0 ? buffer : buffer[..end];
        buffer = buffer[piece.Length..];
        message = default;
        if (end == 0)
            Keep_NeedsLock(piece.Span);
        else
            message = IsFresh && piece.Length <= _longest ? Swept(piece) : Finish_NeedsLock(piece.Span);
        return end > 0;
    }

    private bool IsFresh => _pending.WrittenCount == 0 && _refusal is null;

    private void Keep_NeedsLock(ReadOnlySpan<byte> piece)
    {
        if (_refusal is not null)
            return;
        if (piece.Length <= _longest - _pending.WrittenCount)
        {
            _pending.Write(piece);
            return;
        }
        _refusal = new ArrayBufferWriter<byte>();
        JsonRpcSweep.WriteError(_redactor, _pending.WrittenCount > 0 ? _pending.WrittenSpan : piece, RedactionErrors.TooLarge(), _refusal);
        _refusal.Write("\n"u8);
        _pending = new ArrayBufferWriter<byte>();
    }

    private ReadOnlyMemory<byte> Finish_NeedsLock(ReadOnlySpan<byte> piece)
    {
        Keep_NeedsLock(piece);
        var message = _refusal?.WrittenMemory ?? Swept(_pending.WrittenMemory);
        _refusal = null;
        Reset(ref _pending);
        return message;
    }

    private ReadOnlyMemory<byte> Swept(ReadOnlyMemory<byte> line)
    {
        var hasEnd = line.Span is [.., (byte)'\n'];
        Reset(ref _swept);
        if (!JsonRpcSweep.TrySweep(_redactor, hasEnd ? line.Span[..^1] : line.Span, _swept))
            return line;
        _swept.Write("\n"u8);
        return _swept.WrittenMemory;
    }

    /// <summary>The bytes stay until the next ones come: a message on its way out may still be these.</summary>
    private static void Reset(ref ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity <= LargestKeptBuffer)
            buffer.ResetWrittenCount();
        else
            buffer = new ArrayBufferWriter<byte>();
    }

    private bool TryEnd_NeedsLock(out ReadOnlyMemory<byte> rest)
    {
        rest = _isDisposed || IsFresh ? default : Finish_NeedsLock([]);
        _isDisposed = true;
        return rest.Length > 0;
    }
}
