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
        {
            // One may have more of what stands around than the other.
            if (TryFind(text, at, view.Shapes[0], view.MeaningBefore(view.Shapes[0], offset), isOpaque: false, out var first, out var last))
                (start, end) = (Math.Min(start, first), Math.Max(end, last));
            return true;
        }
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
            var (best, isFound, needsMore) = (0, false, false);
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
                var behind = Behind(text, at, layer, isSettled, shape, offset, ahead.Lead);
                if (!behind.IsThere)
                    continue;
                var (startHere, endHere) = (ahead.StartOf(at, behind.Start), at + ahead.End);
                // What stands around the meaning may take another layer to be seen.
                if (isFound)
                    (startHere, endHere) = (Math.Min(startHere, start), Math.Max(endHere, end));
                (best, start, end, isFound) = (ahead.Matched, startHere, endHere, isWhole);
                if (isWhole && ahead.IsClosed && behind.HasLead)
                    return true;
            }
            if (isFound || isLast || !needsMore)
                return isFound || best > 0;
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
    /// <param name="IsClosed">Whether all that closes the value is there.</param>
    private readonly record struct AheadOfAnchor(int Matched, int First, int Start, int Lead, int End, bool IsCut, bool IsSettled, bool IsClosed = false)
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
            return new AheadOfAnchor(next - offset, first, start, lead, Closing(shape, end, out var isClosed), IsCut: false, IsSettled: false, isClosed);
        return new AheadOfAnchor(next - offset, first, start, lead, end, !isLast, !isEscaped && IsPlain(shape, text));
    }

    // Where backslashes have no meaning, one layer less of them changes nothing.
    private static bool IsPlain(SecretView.Shape shape, ReadOnlySpan<byte> text) =>
        !text.ContainsAny("%&\e"u8) && (shape.Alphabet.Meaning((byte)'\\') < 0 || !text.Contains((byte)'\\'));

    // Quotes and the like at the end of a value have no meaning, and are part of it all the same.
    private int Closing(SecretView.Shape shape, int end, out bool isClosed)
    {
        isClosed = false;
        var unit = 0;
        while (unit < _ahead.Count && _ahead.StartOf(unit) < end)
            unit++;
        foreach (var one in shape.Close)
        {
            if (unit == _ahead.Count || _ahead[unit] != one)
                return end;
            end = _ahead.EndOf(unit++);
        }
        isClosed = true;
        return end;
    }

    /// <summary>What stands behind an anchor's beginning.</summary>
    /// <param name="IsThere">Whether all of the meaning before the anchor does.</param>
    /// <param name="Start">Where that begins.</param>
    /// <param name="HasLead">Whether what leads the value is there too, or has none of it here.</param>
    /// <param name="Reached">How far back was looked.</param>
    private readonly record struct BehindAnchor(bool IsThere, int Start, bool HasLead, int Reached);

    /// <summary>It is decoded as deep as what stands ahead, or deeper where nothing was left to decode there.</summary>
    private BehindAnchor Behind(ReadOnlySpan<byte> text, int at, int layer, bool isSettled, SecretView.Shape shape, int offset, int lead)
    {
        for (var stretch = FirstStretch + offset; ; stretch *= 4)
        {
            var from = Math.Max(0, at - stretch);
            _behind.Load(text[from..at]);
            while (_behind.Layer < layer && DecodeOnce(ref _behind))
            {
            }
            var behind = Backwards(shape, offset, lead, at - from);
            var reached = behind.Reached;
            while (!(behind.IsThere && behind.HasLead) && isSettled && _behind.Layer < Decoding.DeepestLayer && DecodeOnce(ref _behind))
            {
                var deeper = Backwards(shape, offset, lead, at - from);
                reached = Math.Min(reached, deeper.Reached);
                if (deeper.IsThere && (deeper.HasLead || !behind.IsThere))
                    behind = deeper;
            }
            var isUnsure = reached < Decoding.LongestEscape * 2 && from > 0; // the stretch may begin with the second half of an escape
            if (!isUnsure || behind.IsThere || stretch > offset * Decoding.LongestEscape * 2)
                return behind with { Start = from + behind.Start };
        }
    }

    private BehindAnchor Backwards(SecretView.Shape shape, int offset, int lead, int start)
    {
        var (next, unit, afterBreak) = (offset - 1, _behind.Count - 1, -1);
        var reached = start;
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
                return new BehindAnchor(IsThere: false, start, HasLead: false, reached);
            next--;
            start = reached;
        }
        if (afterBreak >= 0)
            return new BehindAnchor(next < 0, afterBreak, HasLead: true, reached);
        if (next >= 0 || lead <= 0)
            return new BehindAnchor(next < 0, start, lead == 0 || shape.Lead.Length == 0, reached);
        var hasLead = _behind.Bytes[..(unit + 1)].EndsWith(shape.Lead.AsSpan(0, lead));
        return new BehindAnchor(IsThere: true, hasLead ? _behind.StartOf(unit + 1 - lead) : start, hasLead, reached);
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
