using System.Buffers;
using Rekey.Redaction.Matching;

namespace Rekey.Redaction;

/// <summary>A stretch of text that has to go, and what goes with it.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where the text goes on.</param>
/// <param name="IsUnparseable">Whether it is nothing but a connection string that cannot be taken apart.</param>
internal readonly record struct HiddenRange(int Start, int End, bool IsUnparseable);

/// <summary>What was found in one text. Finding nothing allocates nothing.</summary>
internal ref struct Findings(ReadOnlySpan<byte> text)
{
    private HiddenRange[]? _ranges;
    private int _count;
    private (KnownValue? Value, int Kind, int Origin) _last;

    public ReadOnlySpan<byte> Text { get; } = text;

    public readonly bool Any => _count > 0;

    /// <summary>How many bytes were looked at more than once: the work beyond the plain scan.</summary>
    public long Work { get; set; }

    /// <summary>What stands in place of a connection string that cannot be taken apart.</summary>
    public static ReadOnlySpan<byte> Unparseable => "[unparseable connection string]"u8;

    private static ReadOnlySpan<byte> Marker => SecretRedactor.MarkerUtf8;

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
    public void Add(int start, int end) => AddUnlessHidden(start, end, isUnparseable: false);

    /// <summary>Hides all of a connection string that cannot be taken apart.</summary>
    public void AddUnparseable(int start, int end) => AddUnlessHidden(start, end, isUnparseable: true);

    /// <summary>One range for each run of findings that overlap or touch, in order.</summary>
    public readonly ReadOnlySpan<HiddenRange> Merged()
    {
        var ranges = _ranges.AsSpan(0, _count);
        if (!AreInOrder(ranges))
            ranges.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        var merged = 0;
        foreach (var range in ranges)
        {
            if (merged > 0 && range.Start <= ranges[merged - 1].End)
                ranges[merged - 1] = Together(ranges[merged - 1], range);
            else
                ranges[merged++] = range;
        }
        return ranges[..merged];
    }

    /// <summary>The text with one marker for each run of findings.</summary>
    public readonly void WriteTo(ArrayBufferWriter<byte> output)
    {
        var merged = Merged();
        var length = Text.Length;
        foreach (var range in merged)
            length += Replacement(range).Length - (range.End - range.Start);
        var rest = output.GetSpan(length);
        var read = 0;
        foreach (var range in merged)
        {
            rest = Written(Text[read..range.Start], rest);
            rest = Written(Replacement(range), rest);
            read = range.End;
        }
        Text[read..].CopyTo(rest);
        output.Advance(length);
    }

    private static ReadOnlySpan<byte> Replacement(HiddenRange range) => range.IsUnparseable ? Unparseable : Marker;

    private static Span<byte> Written(ReadOnlySpan<byte> text, Span<byte> rest)
    {
        text.CopyTo(rest);
        return rest[text.Length..];
    }

    private static bool AreInOrder(ReadOnlySpan<HiddenRange> ranges)
    {
        for (var i = 1; i < ranges.Length; i++)
        {
            if (ranges[i].Start < ranges[i - 1].Start)
                return false;
        }
        return true;
    }

    private void AddUnlessHidden(int start, int end, bool isUnparseable)
    {
        if (Text[start..end].SequenceEqual(Marker))
            return;
        if (!MayBeHidden(start, end) || (!IsHidden(Marker, ref start, ref end) && !IsHidden(Unparseable, ref start, ref end)))
            Keep(new HiddenRange(start, end, isUnparseable));
    }

    /// <summary>A quick look for the bracket that begins both constants, from where the longer one would reach into the range.</summary>
    private readonly bool MayBeHidden(int start, int end) => Text[Math.Max(0, start - Unparseable.Length + 1)..end].Contains((byte)'[');

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

    // Most findings are the next occurrence, or touch the last one: the list stays short, and is sorted once.
    private void Keep(HiddenRange range)
    {
        if (_count > 0 && range.Start <= _ranges![_count - 1].End && range.End >= _ranges[_count - 1].Start)
        {
            _ranges[_count - 1] = Together(_ranges[_count - 1], range);
            return;
        }
        if (_ranges is null || _count == _ranges.Length)
            Array.Resize(ref _ranges, Math.Max(4, _count * 2));
        _ranges[_count++] = range;
    }

    private static HiddenRange Together(HiddenRange one, HiddenRange other) =>
        new(Math.Min(one.Start, other.Start), Math.Max(one.End, other.End), one.IsUnparseable && other.IsUnparseable);
}
