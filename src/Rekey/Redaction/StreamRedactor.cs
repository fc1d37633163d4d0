using System.Buffers;
using Rekey.Redaction.Matching;
using Rekey.Redaction.Patterns;

namespace Rekey.Redaction;

/// <summary>
/// Redacts a stream that comes in pieces. What leaves is the same however it was cut: a piece is held back only from where something may
/// have begun that is hidden, and never by a clock. The end of the stream releases nothing that is most likely the beginning of a secret.
/// </summary>
/// <remarks>Not for several threads at once: one stream, one of these.</remarks>
public sealed class StreamRedactor(SecretRedactor redactor)
{
    private const int Context = 4096;

    private readonly Beginnings _beginnings = new();
    private byte[] _text = new byte[2 * Context];
    private int _length;
    private int _released;
    private int _known;

    /// <summary>How many bytes are held back.</summary>
    public int Held => _length - _released;

    /// <summary>Takes the next piece, and writes what can be let go of.</summary>
    public void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        Append(piece);
        Release(output, isEnd: false);
    }

    /// <summary>Writes the rest. What is held as the beginning of a secret is hidden once it is telling.</summary>
    public void Complete(IBufferWriter<byte> output) => Release(output, isEnd: true);

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (_length + piece.Length > _text.Length)
            Array.Resize(ref _text, Math.Max(2 * _text.Length, _length + piece.Length));
        piece.CopyTo(_text.AsSpan(_length));
        _length += piece.Length;
    }

    private void Release(IBufferWriter<byte> output, bool isEnd)
    {
        _known = redactor.AddBeginnings(_beginnings, _known);
        var text = _text.AsSpan(0, _length);
        var findings = redactor.Find(text);
        var hold = isEnd ? _length : Math.Min(_beginnings.FirstOpen(text, _released), OpenPattern.First(text, _released));
        if (isEnd)
            AddTelling(text, ref findings);
        var at = _released;
        foreach (var (start, end, isUnparseable) in findings.Merged())
        {
            if (end <= _released)
                continue;
            // What touches the end, or what is held, may still grow.
            if (!isEnd && (end >= hold || end == _length))
            {
                hold = Math.Min(hold, Math.Max(start, _released));
                break;
            }
            if (start > at)
                output.Write(text[at..start]);
            output.Write(isUnparseable ? Findings.Unparseable : SecretRedactor.MarkerUtf8);
            at = end;
        }
        if (hold > at)
            output.Write(text[at..hold]);
        _released = Math.Max(at, hold);
        Forget();
    }

    private void AddTelling(ReadOnlySpan<byte> text, ref Findings findings)
    {
        for (var at = _released; at < text.Length; at++)
        {
            if (!_beginnings.IsTelling(text, at))
                continue;
            findings.Add(at, text.Length);
            return;
        }
    }

    // A pattern may look back at what has left already, on the same line.
    private void Forget()
    {
        var surplus = _released - Context;
        if (surplus < Context)
            return;
        _text.AsSpan(surplus, _length - surplus).CopyTo(_text);
        _text.AsSpan(_length - surplus, surplus).Clear();
        (_length, _released) = (_length - surplus, _released - surplus);
    }
}
