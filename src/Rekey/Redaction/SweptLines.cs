using System.Buffers;

namespace Rekey.Redaction;

/// <summary>Cuts outgoing bytes into messages, one a line, and sweeps each. A message that comes whole and clean is handed on as it is.</summary>
internal sealed class SweptLines(SecretRedactor redactor, int longest)
{
    private const int LargestKeptBuffer = 1 << 20;

    private ArrayBufferWriter<byte> _pending = new();
    private ArrayBufferWriter<byte> _swept = new();
    private ArrayBufferWriter<byte>? _refusal;

    private bool IsFresh => _pending.WrittenCount == 0 && _refusal is null;

    /// <summary>Takes the next whole message, swept. What has no end yet is kept.</summary>
    public bool TryTake(ref ReadOnlyMemory<byte> buffer, out ReadOnlyMemory<byte> message)
    {
        var end = buffer.Span.IndexOf((byte)'\n') + 1;
        var piece = end == 0 ? buffer : buffer[..end];
        buffer = buffer[piece.Length..];
        message = default;
        if (end == 0)
            Keep(piece.Span);
        else
            message = IsFresh && piece.Length <= longest ? Swept(piece) : Finish(piece.Span);
        return end > 0;
    }

    /// <summary>Takes what is left when no more is to come.</summary>
    public bool TryEnd(out ReadOnlyMemory<byte> rest)
    {
        rest = IsFresh ? default : Finish([]);
        return rest.Length > 0;
    }

    private void Keep(ReadOnlySpan<byte> piece)
    {
        if (_refusal is not null)
            return;
        if (piece.Length <= longest - _pending.WrittenCount)
        {
            _pending.Write(piece);
            return;
        }
        _refusal = new ArrayBufferWriter<byte>();
        JsonRpcSweep.WriteError(redactor, _pending.WrittenCount > 0 ? _pending.WrittenSpan : piece, RedactionErrors.TooLarge(), _refusal);
        _refusal.Write("\n"u8);
        _pending = new ArrayBufferWriter<byte>();
    }

    private ReadOnlyMemory<byte> Finish(ReadOnlySpan<byte> piece)
    {
        Keep(piece);
        var message = _refusal?.WrittenMemory ?? Swept(_pending.WrittenMemory);
        _refusal = null;
        Reset(ref _pending);
        return message;
    }

    private ReadOnlyMemory<byte> Swept(ReadOnlyMemory<byte> line)
    {
        var hasEnd = line.Span is [.., (byte)'\n'];
        Reset(ref _swept);
        if (!JsonRpcSweep.TrySweep(redactor, hasEnd ? line.Span[..^1] : line.Span, _swept))
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
}
