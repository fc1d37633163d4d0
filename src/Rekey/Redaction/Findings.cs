using System.Buffers;

namespace Rekey.Redaction;

/// <summary>What was found in one text. Finding nothing allocates nothing.</summary>
internal ref struct Findings(ReadOnlySpan<byte> text)
{
    private static ReadOnlySpan<byte> Marker => SecretRedactor.MarkerUtf8;

    private (int Start, int End, bool IsUnparseable)[]? _ranges;
    private int _count;

    public ReadOnlySpan<byte> Text { get; } = text;

    public readonly bool Any => _count > 0;

    /// <summary>How often a form was held against the text: the work beyond the plain scan.</summary>
    public int Comparisons { get; private set; }

    /// <summary>How many bytes were read again around the signs of a pattern: the work beyond the plain scan.</summary>
    public long Reread { get; set; }

    /// <summary>What stands in place of a connection string that cannot be taken apart.</summary>
    public static ReadOnlySpan<byte> Unparseable => "[unparseable connection string]"u8;

    /// <summary>Adds the occurrence of <paramref name="form"/> at <paramref name="start"/>, if it is one.</summary>
    public void Compare(ReadOnlySpan<byte> form, int start)
    {
        Comparisons++;
        if (start >= 0 && start <= Text.Length - form.Length && Text.Slice(start, form.Length).SequenceEqual(form))
            Add(start, start + form.Length);
    }

    /// <summary>What lies inside a marker is hidden already; what touches one takes all of it along.</summary>
    public void Add(int start, int end)
    {
        if (!IsHidden(Marker, ref start, ref end) && !IsHidden(Unparseable, ref start, ref end))
            Keep(start, end, isUnparseable: false);
    }

    /// <summary>Hides all of a connection string that cannot be taken apart.</summary>
    public void AddUnparseable(int start, int end)
    {
        if (!IsHidden(Marker, ref start, ref end) && !IsHidden(Unparseable, ref start, ref end))
            Keep(start, end, isUnparseable: true);
    }

    /// <summary>The text with one marker for each run of findings that overlap or touch.</summary>
    public readonly void WriteTo(ArrayBufferWriter<byte> output)
    {
        var ranges = _ranges.AsSpan(0, _count);
        ranges.Sort();
        var written = 0;
        for (var i = 0; i < ranges.Length;)
        {
            var (start, end, isUnparseable) = ranges[i];
            for (; ++i < ranges.Length && ranges[i].Start <= end; isUnparseable &= ranges[i].IsUnparseable)
                end = Math.Max(end, ranges[i].End);
            output.Write(Text[written..start]);
            output.Write(isUnparseable ? Unparseable : Marker);
            written = end;
        }
        output.Write(Text[written..]);
    }

    private readonly bool IsHidden(ReadOnlySpan<byte> constant, ref int start, ref int end)
    {
        var from = Math.Max(0, start - constant.Length + 1);
        var to = Math.Min(Text.Length, end + constant.Length - 1);
        while (Text[from..to].IndexOf(constant) is >= 0 and var found)
        {
            var at = from + found;
            from = at + constant.Length;
            if (at <= start && end <= from)
                return true;
            (start, end) = (Math.Min(start, at), Math.Max(end, from));
        }
        return false;
    }

    private void Keep(int start, int end, bool isUnparseable)
    {
        if (_count > 0 && start <= _ranges![_count - 1].End && end >= _ranges[_count - 1].Start)
        {
            ref var last = ref _ranges[_count - 1];
            last = (Math.Min(start, last.Start), Math.Max(end, last.End), isUnparseable && last.IsUnparseable);
            return;
        }
        if (_ranges is null || _count == _ranges.Length)
            Array.Resize(ref _ranges, Math.Max(4, _count * 2));
        _ranges[_count++] = (start, end, isUnparseable);
    }
}
