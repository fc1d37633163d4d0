using System.Buffers;
using Rekey.Redaction.Matching;

namespace Rekey.Redaction;

/// <summary>What was found in one text. Finding nothing allocates nothing.</summary>
internal ref struct Findings(ReadOnlySpan<byte> text)
{
    private static ReadOnlySpan<byte> Marker => SecretRedactor.MarkerUtf8;

    private (int Start, int End)[]? _ranges;
    private (KnownValue? Value, int Kind, int Origin) _last;
    private int _count;

    public ReadOnlySpan<byte> Text { get; } = text;

    public readonly bool Any => _count > 0;

    /// <summary>How many bytes were looked at more than once: the work beyond the plain scan.</summary>
    public long Work { get; private set; }

    /// <summary>Adds the value of an anchor that seems to stand at <paramref name="at"/>, if it does.</summary>
    public void Try(int at, in Anchor anchor)
    {
        Work++;
        var place = (anchor.Value, anchor.Kind, at - anchor.Offset);
        if (place == _last)
            return; // another piece of what was just found
        var match = LocalMatch.OfThread;
        if (match.TryFind(Text, at, in anchor, out var start, out var end))
        {
            Add(start, end);
            _last = place;
        }
        Work += match.Work;
    }

    /// <summary>What lies inside a marker is hidden already; what touches one takes all of it along.</summary>
    public void Add(int start, int end)
    {
        var from = Math.Max(0, start - Marker.Length + 1);
        var to = Math.Min(Text.Length, end + Marker.Length - 1);
        while (Text[from..to].IndexOf(Marker) is >= 0 and var found)
        {
            var marker = from + found;
            from = marker + Marker.Length;
            if (marker <= start && end <= from)
                return;
            (start, end) = (Math.Min(start, marker), Math.Max(end, from));
        }
        Keep(start, end);
    }

    /// <summary>The text with one marker for each run of findings that overlap or touch.</summary>
    public readonly void WriteTo(ArrayBufferWriter<byte> output)
    {
        var ranges = _ranges.AsSpan(0, _count);
        ranges.Sort();
        var written = 0;
        for (var i = 0; i < ranges.Length;)
        {
            var (start, end) = ranges[i];
            while (++i < ranges.Length && ranges[i].Start <= end)
                end = Math.Max(end, ranges[i].End);
            output.Write(Text[written..start]);
            output.Write(Marker);
            written = end;
        }
        output.Write(Text[written..]);
    }

    private void Keep(int start, int end)
    {
        if (_count > 0 && start <= _ranges![_count - 1].End && end >= _ranges[_count - 1].Start)
        {
            ref var last = ref _ranges[_count - 1];
            last = (Math.Min(start, last.Start), Math.Max(end, last.End));
            return;
        }
        if (_ranges is null || _count == _ranges.Length)
            Array.Resize(ref _ranges, Math.Max(4, _count * 2));
        _ranges[_count++] = (start, end);
    }
}
