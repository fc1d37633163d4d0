using System.Buffers;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Decides whether a value really stands around one of its anchors: compares the writing as it is, and then, layer by layer, what the
/// surroundings decode to. Looks no further than it has to: the first byte that does not fit ends it.
/// </summary>
internal sealed class LocalMatch
{
    private const int FirstStretch = 64;
    private const int LeastPart = 16;

    [ThreadStatic]
    private static LocalMatch? _ofThread;

    private Units _ahead = new();
    private Units _behind = new();
    private Units _decoded = new();
    private SearchValues<byte> _introducers = Decoding.Every;

    /// <summary>One for each thread: what it needs to remember is kept from one use to the next.</summary>
    public static LocalMatch OfThread => _ofThread ??= new LocalMatch();

    /// <summary>How many bytes were decoded and compared beyond the plain look.</summary>
    public int Work { get; private set; }

    /// <summary>How far so many bytes of meaning are followed, with escapes and whatever else stands between them.</summary>
    public static int Reach(int meaning) => (meaning * Decoding.LongestEscape * 2) + FirstStretch;

    /// <summary>The range that has to go, when the value of the anchor stands at <paramref name="at"/>, or a good part of it.</summary>
    public bool TryFind(ReadOnlySpan<byte> text, int at, in Anchor anchor, out int start, out int end)
    {
        Work = 0;
        var view = anchor.Value.View(anchor.Kind);
        (start, end) = (at - anchor.Offset, at - anchor.Offset + view.Written.Length);
        if (start >= 0 && end <= text.Length && text[start..end].SequenceEqual(view.Written))
            return true;
        _introducers = Decoding.Every;
        return (view.Shapes.Length > 1 && TryFindLookalike(text, at, view, anchor.Offset, out start, out end))
            || TryFind(text, at, view.Shapes[0], view.MeaningBefore(view.Shapes[0], anchor.Offset), anchor.Value.IsOpaque, out start, out end);
    }

    /// <summary>What looks like an escape in the value is one to a decoder, unless it undoes one kind alone. The value as a whole comes before a part of it.</summary>
    private bool TryFindLookalike(ReadOnlySpan<byte> text, int at, SecretView view, int offset, out int start, out int end)
    {
        if (TryFind(text, at, view.Shapes[1], view.MeaningBefore(view.Shapes[1], offset), isOpaque: false, out start, out end))
            return true;
        foreach (var kind in Decoding.Kinds)
        {
            _introducers = kind;
            if (TryFind(text, at, view.Shapes[0], view.MeaningBefore(view.Shapes[0], offset), isOpaque: false, out start, out end))
                return true;
        }
        _introducers = Decoding.Every;
        return false;
    }

    private bool TryFind(ReadOnlySpan<byte> text, int at, SecretView.Shape shape, int offset, bool isOpaque, out int start, out int end)
    {
        var longest = Reach(shape.Meaning.Length - offset);
        for (var stretch = FirstStretch; ; stretch *= 2)
        {
            var isLast = stretch >= longest || stretch >= text.Length - at;
            _ahead.Load(text.Slice(at, Math.Min(stretch, text.Length - at)));
            var (best, needsMore) = (0, false);
            (start, end) = (at, at);
            for (var isSettled = false; !isSettled;)
            {
                var ahead = Ahead(shape, offset, isLast);
                var layer = _ahead.Layer;
                isSettled = ahead.IsSettled || layer == Decoding.DeepestLayer || !DecodeOnce(ref _ahead);
                needsMore |= ahead.IsCut;
                var isWhole = offset + ahead.Matched == shape.Meaning.Length;
                if (!isWhole && !(isOpaque && ahead.Matched > best && IsGoodPart(offset + ahead.Matched, shape)))
                    continue;
                if (!TryBehind(text, at, layer, isSettled, shape, offset, ahead.Lead, out var startBehind))
                    continue;
                (best, start, end) = (ahead.Matched, ahead.StartOf(at, startBehind), at + ahead.End);
                if (isWhole)
                    return true;
            }
            if (isLast || !needsMore)
                return best > 0;
        }
    }

    // What is left of a value that was cut short is still most of it.
    private static bool IsGoodPart(int matched, SecretView.Shape shape) => matched >= LeastPart && 2 * matched >= shape.Meaning.Length;

    /// <summary>What stands ahead of an anchor's beginning.</summary>
    /// <param name="Matched">How much of the meaning.</param>
    /// <param name="First">Where the first of it stands.</param>
    /// <param name="Start">Where the value begins, if it does so here; else negative.</param>
    /// <param name="Lead">How much of what leads the value should stand behind; negative when it does not stand there.</param>
    /// <param name="End">Where it ends.</param>
    /// <param name="IsCut">Whether a longer stretch may tell more.</param>
    /// <param name="IsSettled">Whether to decode it would tell no more.</param>
    private readonly record struct AheadOfAnchor(int Matched, int First, int Start, int Lead, int End, bool IsCut, bool IsSettled)
    {
        /// <summary>Where all of the value begins, when what stands before the anchor begins at <paramref name="behind"/>.</summary>
        public int StartOf(int anchor, int behind)
        {
            if (Start < 0)
                return behind < anchor ? behind : anchor + First;
            return Lead == 0 || (Lead > 0 && behind < anchor) ? behind : anchor + Start;
        }
    }

    private AheadOfAnchor Ahead(SecretView.Shape shape, int offset, bool isLast)
    {
        var (next, first, start, lead, end) = (offset, 0, -1, offset > 0 ? shape.Lead.Length : -1, 0);
        var (isBroken, isEscaped) = (false, false);
        var text = _ahead.Bytes;
        for (var i = 0; i < text.Length && next < shape.Meaning.Length; i++)
        {
            Work++;
            var meaning = shape.Alphabet.Meaning(text[i]);
            if (meaning < 0)
            {
                if (text[i] == '\\')
                {
                    i += Decoding.Backslashes(text[i..]) - 1;
                    isEscaped |= i + 1 < text.Length && Decoding.IsEscape(text[i + 1]);
                }
                isBroken |= next > 0 && next <= shape.Unbroken && text[i] is (byte)'\n' or (byte)'\r';
                continue;
            }
            // What looks like a difference may be the first half of an escape.
            if (meaning != shape.Meaning[next])
            {
                var isCut = !isLast && i >= text.Length - Decoding.LongestEscape;
                return new AheadOfAnchor(next - offset, first, start, lead, end, isCut, !isEscaped && IsPlain(shape, text[..(i + 1)]));
            }
            if (next == offset)
                first = _ahead.StartOf(i);
            if (next == 0)
                (start, lead) = (_ahead.StartOf(i), shape.Lead.AsSpan().EndsWith(text[..i]) ? shape.Lead.Length - i : -1);
            if (isBroken)
                (start, lead, isBroken) = (_ahead.StartOf(i), -1, false);
            next++;
            end = _ahead.EndOf(i);
        }
        if (next == shape.Meaning.Length)
            return new AheadOfAnchor(next - offset, first, start, lead, Closing(shape, end), IsCut: false, IsSettled: false);
        return new AheadOfAnchor(next - offset, first, start, lead, end, !isLast, !isEscaped && IsPlain(shape, text));
    }

    // Where backslashes have no meaning, one layer less of them changes nothing.
    private static bool IsPlain(SecretView.Shape shape, ReadOnlySpan<byte> text) =>
        !text.ContainsAny("%&\e"u8) && (shape.Alphabet.Meaning((byte)'\\') < 0 || !text.Contains((byte)'\\'));

    // Quotes and the like at the end of a value have no meaning, and are part of it all the same.
    private int Closing(SecretView.Shape shape, int end)
    {
        var unit = 0;
        while (unit < _ahead.Count && _ahead.StartOf(unit) < end)
            unit++;
        foreach (var one in shape.Close)
        {
            if (unit == _ahead.Count || _ahead[unit] != one)
                break;
            end = _ahead.EndOf(unit++);
        }
        return end;
    }

    /// <summary>
    /// Whether all of the meaning before <paramref name="offset"/> stands before the anchor, and where that begins. It is decoded as deep as what stands
    /// ahead, or deeper where nothing was left to decode there.
    /// </summary>
    private bool TryBehind(ReadOnlySpan<byte> text, int at, int layer, bool isSettled, SecretView.Shape shape, int offset, int lead, out int start)
    {
        for (var stretch = FirstStretch + offset; ; stretch *= 4)
        {
            var from = Math.Max(0, at - stretch);
            _behind.Load(text[from..at]);
            while (_behind.Layer < layer && DecodeOnce(ref _behind))
            {
            }
            var isThere = Backwards(shape, offset, lead, out start, out var reached);
            while (!isThere && isSettled && _behind.Layer < Decoding.DeepestLayer && DecodeOnce(ref _behind))
            {
                isThere = Backwards(shape, offset, lead, out start, out var deeper);
                reached = Math.Min(reached, deeper);
            }
            var isUnsure = reached < Decoding.LongestEscape * 2 && from > 0; // the stretch may begin with the second half of an escape
            start += from;
            if (!isUnsure || isThere || stretch > offset * Decoding.LongestEscape * 2)
                return isThere;
        }
    }

    private bool Backwards(SecretView.Shape shape, int offset, int lead, out int start, out int reached)
    {
        var next = offset - 1;
        var unit = _behind.Count - 1;
        var afterBreak = -1;
        start = reached = unit < 0 ? 0 : _behind.EndOf(unit);
        for (; unit >= 0 && next >= 0; unit--)
        {
            Work++;
            reached = _behind.StartOf(unit);
            var meaning = shape.Alphabet.Meaning(_behind[unit]);
            if (meaning < 0)
            {
                if (afterBreak < 0 && next < shape.Unbroken && _behind[unit] is (byte)'\n' or (byte)'\r')
                    afterBreak = start;
                continue;
            }
            if (meaning != shape.Meaning[next])
                return false;
            next--;
            start = _behind.StartOf(unit);
        }
        if (afterBreak >= 0)
            start = afterBreak;
        else if (lead > 0 && next < 0 && _behind.Bytes[..(unit + 1)].EndsWith(shape.Lead.AsSpan(0, lead)))
            start = _behind.StartOf(unit + 1 - lead);
        return next < 0;
    }

    private bool DecodeOnce(ref Units units)
    {
        Work += units.Count;
        if (!Decoding.Once(units, _decoded, _introducers))
            return false;
        (units, _decoded) = (_decoded, units);
        return true;
    }
}
