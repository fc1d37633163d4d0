namespace Rekey.Redaction;

/// <summary>
/// The outgoing side of a newline-delimited JSON-RPC transport: each message is swept, then written in one piece. Nothing leaves before
/// its line has ended, so that a secret cannot slip out in two halves; flushing does not change that.
/// </summary>
public sealed class RedactingStream : Stream
{
    /// <summary>The longest message that is checked, in bytes; a longer one is replaced by an error.</summary>
    public const int LongestMessage = 64 << 20;

    private readonly Stream _inner;
    private readonly SweptLines _lines;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isDisposed;

    /// <summary>Sweeps everything on its way to <paramref name="inner"/>, which is closed with this stream.</summary>
    public RedactingStream(Stream inner, SecretRedactor redactor, int longestMessage = LongestMessage)
    {
        _inner = inner;
        _lines = new SweptLines(redactor, longestMessage);
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
            while (_lines.TryTake(ref buffer, out var message))
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
            if (!_isDisposed && _lines.TryEnd(out var rest))
                await _inner.WriteAsync(rest).ConfigureAwait(false);
        }
        finally
        {
            _isDisposed = true;
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
                if (!_isDisposed && _lines.TryEnd(out var rest))
                    _inner.Write(rest.Span);
            }
            finally
            {
                _isDisposed = true;
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
            while (_lines.TryTake(ref buffer, out var message))
                _inner.Write(message.Span);
        }
        finally
        {
            _gate.Release();
        }
    }
}
