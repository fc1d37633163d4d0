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

    // A pattern that is too long to be awaited takes the rest of its line along.
    private bool _isEndless;

    /// <summary>How many bytes are held back.</summary>
    public int Held => _length - _released;

    /// <summary>Takes the next piece, and writes what can be let go of.</summary>
    public void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        Append(_isEndless ? Rest(piece) : piece);
        Learn();
        var text = _text.AsSpan(0, _length);
        var findings = redactor.Find(text);
        var open = _beginnings.FirstOpen(text, _settled);
        _settled = open.Place;
        var unjudged = Math.Min(open.Half, Math.Min(redactor.Alone.FirstOpen(text, _released), OpenPattern.First(text, _released)));
        Release(ref findings, open.Hold, unjudged, output);
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
        Release(ref findings, _length, _length, output);
    }

    private ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> piece)
    {
        var end = piece.IndexOf((byte)'\n');
        _isEndless = end < 0;
        return _isEndless ? [] : piece[end..];
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

    /// <summary>Writes all before what may still become a value, and before what cannot be judged yet.</summary>
    private void Release(ref Findings findings, int hold, int unjudged, IBufferWriter<byte> output)
    {
        foreach (var (start, end, isUnparseable) in findings.Merged())
        {
            if (end <= _released)
                continue;
            // Behind the beginning of a value everything waits: the value ends. What a pattern found, or half an escape closes, may change; but not for ever.
            if (hold <= start || (end > unjudged && _length - start <= OpenPattern.Longest))
            {
                hold = Math.Min(hold, start);
                break;
            }
            Pass(findings.Text, start, output);
            if (_hidden != _released) // what touches a marker is part of what it stands for
                output.Write(isUnparseable ? Findings.Unparseable : SecretRedactor.MarkerUtf8);
            _hidden = _released = end;
            _isEndless = end > unjudged && end == _length;
        }
        Pass(findings.Text, Math.Min(hold, unjudged), output);
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
        var surplus = Math.Max(Math.Min(line, Math.Min(_released, _settled) - Nearby), _released - Context);
        if (surplus < Worthwhile)
            return;
        _text.AsSpan(surplus, _length - surplus).CopyTo(_text);
        _text.AsSpan(_length - surplus, surplus).Clear();
        (_length, _released, _settled) = (_length - surplus, _released - surplus, Math.Max(0, _settled - surplus));
        _hidden = Math.Max(-1, _hidden - surplus);
    }
}
