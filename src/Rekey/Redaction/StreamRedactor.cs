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
    private const int Nearby = 64;
    private const int Worthwhile = 512;

    private readonly Beginnings _beginnings = new();
    private byte[] _text = new byte[2 * Context];
    private int _length;
    private int _known;

    // What has left; where what left last was a marker; before what nothing can become a value any more.
    private int _released;
    private int _hidden = -1;
    private int _settled;

    /// <summary>How many bytes are held back.</summary>
    public int Held => _length - _released;

    /// <summary>Takes the next piece, and writes what can be let go of.</summary>
    public void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        Append(piece);
        Learn();
        var text = _text.AsSpan(0, _length);
        var findings = redactor.Find(text);
        _settled = _beginnings.FirstOpen(text, _settled, out var hold);
        hold = Math.Min(hold, Math.Min(redactor.Alone.FirstOpen(text, _released), OpenPattern.First(text, _released)));
        Release(ref findings, Math.Max(hold, _released), output);
        Forget();
    }

    /// <summary>Writes the rest. What is held as the beginning of a secret is hidden once it is telling.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        Learn();
        var text = _text.AsSpan(0, _length);
        var findings = redactor.Find(text);
        if (_beginnings.TryFindTelling(text, _released, out var start, out var end))
            findings.Add(start, end);
        Release(ref findings, _length, output);
    }

    // A value can become known in the middle of a stream, and in the middle of what is held.
    private void Learn()
    {
        var known = redactor.AddBeginnings(_beginnings, _known);
        if (known > _known)
            _settled = _released;
        _known = known;
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (_length + piece.Length > _text.Length)
            Array.Resize(ref _text, Math.Max(2 * _text.Length, _length + piece.Length));
        piece.CopyTo(_text.AsSpan(_length));
        _length += piece.Length;
    }

    private void Release(ref Findings findings, int hold, IBufferWriter<byte> output)
    {
        foreach (var (start, end, isUnparseable) in findings.Merged())
        {
            if (end <= _released)
                continue;
            // What reaches into what is held may still grow.
            if (end > hold)
            {
                hold = Math.Max(_released, Math.Min(hold, start));
                break;
            }
            Pass(findings.Text, start, output);
            if (_hidden != _released) // what touches a marker is part of what it stands for
                output.Write(isUnparseable ? Findings.Unparseable : SecretRedactor.MarkerUtf8);
            _hidden = _released = end;
        }
        Pass(findings.Text, hold, output);
    }

    private void Pass(ReadOnlySpan<byte> text, int until, IBufferWriter<byte> output)
    {
        if (until <= _released)
            return;
        output.Write(text[_released..until]);
        _released = until;
    }

    // A pattern may look back at what has left already, on the same line; an escape at the few bytes before it.
    private void Forget()
    {
        var line = _text.AsSpan(0, _released).LastIndexOf((byte)'\n') + 1;
        var surplus = Math.Max(Math.Min(line, _released - Nearby), _released - Context);
        if (surplus < Worthwhile)
            return;
        _text.AsSpan(surplus, _length - surplus).CopyTo(_text);
        _text.AsSpan(_length - surplus, surplus).Clear();
        (_length, _released, _settled) = (_length - surplus, _released - surplus, Math.Max(0, _settled - surplus));
        _hidden = Math.Max(-1, _hidden - surplus);
    }
}
