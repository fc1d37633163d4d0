namespace Rekey.Redaction.Matching;

/// <summary>
/// Decides whether a value really stands around one of its anchors: compares the writing as it is, and then, layer by layer, what the
/// surroundings decode to. Looks no further than it has to: the first byte that does not fit ends it.
/// </summary>
internal sealed class LocalMatch
{
    private const int DeepestLayer = 5;
    private const int FirstStretch = 64;
    private const int LongestEscape = 12;
    private const int LeastPart = 16;

    [ThreadStatic]
    private static LocalMatch? _ofThread;

    private Units _ahead = new();
    private Units _behind = new();
    private Units _decoded = new();

    /// <summary>One for each thread: what it needs to remember is kept from one use to the next.</summary>
    public static LocalMatch OfThread => _ofThread ??= new LocalMatch();

    /// <summary>How many bytes were decoded and compared beyond the plain look.</summary>
    public int Work { get; private set; }

    /// <summary>The range that has to go, when the value of the anchor stands at <paramref name="at"/>, or a good part of it.</summary>
    public bool TryFind(ReadOnlySpan<byte> text, int at, in Anchor anchor, out int start, out int end)
    {
        Work = 0;
        var view = anchor.Value.View(anchor.Kind);
        (start, end) = (at - anchor.Offset, at - anchor.Offset + view.Written.Length);
        if (start >= 0 && end <= text.Length && text[start..end].SequenceEqual(view.Written))
            return true;
        // What looks like an escape in the value is one to a decoder: the value as a whole comes before a part of it.
        for (var last = view.Shapes.Length - 1; last >= 0; last--)
        {
            var shape = view.Shapes[last];
            if (TryFind(text, at, shape, view.MeaningBefore(shape, anchor.Offset), anchor.Value.IsOpaque && last == 0, out start, out end))
                return true;
        }
        return false;
    }

    private bool TryFind(ReadOnlySpan<byte> text, int at, SecretView.Shape shape, int offset, bool isOpaque, out int start, out int end)
    {
        var longest = ((shape.Meaning.Length - offset) * LongestEscape * 2) + FirstStretch;
        for (var stretch = FirstStretch; ; stretch *= 2)
        {
            var isLast = stretch >= longest || stretch >= text.Length - at;
            _ahead.Load(text.Slice(at, Math.Min(stretch, text.Length - at)));
            var (best, needsMore) = (0, false);
            (start, end) = (at, at);
            for (var isSettled = false; !isSettled;)
            {
                var matched = Ahead(shape, offset, isLast, out var endHere, out var isCut);
                var part = new Part(_ahead.Layer, isSettled = _ahead.Layer == DeepestLayer || !DecodeOnce(ref _ahead));
                needsMore |= isCut;
                var isWhole = offset + matched == shape.Meaning.Length;
                if (!isWhole && !(isOpaque && matched > best && IsGoodPart(offset + matched, shape)))
                    continue;
                if (Behind(text, at, part, shape, offset, out var startHere) != offset)
                    continue;
                (best, start, end) = (matched, startHere, at + endHere);
                if (isWhole)
                    return true;
            }
            if (isLast || !needsMore)
                return best > 0;
        }
    }

    // What is left of a value that was cut short is still most of it.
    private static bool IsGoodPart(int matched, SecretView.Shape shape) => matched >= LeastPart && 2 * matched >= shape.Meaning.Length;

    /// <summary>How often what stands ahead was decoded, and whether nothing is left to decode there.</summary>
    private readonly record struct Part(int Layer, bool IsSettled);

    /// <summary>How much of the meaning from <paramref name="offset"/> on is there, and where that ends. Cut means that a longer stretch may tell more.</summary>
    private int Ahead(SecretView.Shape shape, int offset, bool isLast, out int end, out bool isCut)
    {
        (end, isCut) = (0, false);
        var next = offset;
        for (var i = 0; i < _ahead.Count && next < shape.Meaning.Length; i++)
        {
            Work++;
            var meaning = shape.Alphabet.Meaning(_ahead[i]);
            if (meaning < 0)
                continue;
            if (meaning != shape.Meaning[next])
            {
                // What looks like a difference may be the first half of an escape.
                isCut = !isLast && i >= _ahead.Count - LongestEscape;
                return next - offset;
            }
            next++;
            end = _ahead.EndOf(i);
        }
        if (next == shape.Meaning.Length)
            end = Closing(shape, end);
        isCut = !isLast && next < shape.Meaning.Length;
        return next - offset;
    }

    // Quotes and the like at the end of a value have no meaning, and are part of it all the same.
    private int Closing(SecretView.Shape shape, int end)
    {
        var unit = 0;
        while (unit < _ahead.Count && _ahead.StartOf(unit) < end)
            unit++;
        for (var rest = Trailing(shape); rest < shape.Writing.Length && unit < _ahead.Count && _ahead[unit] == shape.Writing[rest]; rest++, unit++)
            end = _ahead.EndOf(unit);
        return end;
    }

    private static int Trailing(SecretView.Shape shape)
    {
        var rest = shape.Writing.Length;
        while (rest > 0 && shape.Alphabet.Meaning(shape.Writing[rest - 1]) < 0)
            rest--;
        return rest;
    }

    /// <summary>
    /// How much of the meaning before <paramref name="offset"/> stands before the anchor, and where that begins. It is decoded as deep as what stands
    /// ahead, or deeper where nothing was left to decode there.
    /// </summary>
    private int Behind(ReadOnlySpan<byte> text, int at, Part ahead, SecretView.Shape shape, int offset, out int start)
    {
        start = at;
        for (var stretch = FirstStretch + offset; ; stretch *= 4)
        {
            var from = Math.Max(0, at - stretch);
            _behind.Load(text[from..at]);
            while (_behind.Layer < ahead.Layer && DecodeOnce(ref _behind))
            {
            }
            var best = Backwards(shape, offset, out var first);
            while (best < offset && ahead.IsSettled && _behind.Layer < DeepestLayer && DecodeOnce(ref _behind))
            {
                if (Backwards(shape, offset, out var deeper) is var matched && matched > best)
                    (best, first) = (matched, deeper);
            }
            start = from + first;
            var isUnsure = first < LongestEscape * 2 && from > 0; // the stretch may begin with the second half of an escape
            if (!isUnsure || best == offset || stretch > offset * LongestEscape * 2)
                return best;
        }
    }

    private int Backwards(SecretView.Shape shape, int offset, out int start)
    {
        var next = offset - 1;
        var unit = _behind.Count - 1;
        start = unit < 0 ? 0 : _behind.EndOf(unit);
        for (; unit >= 0 && next >= 0; unit--)
        {
            Work++;
            var meaning = shape.Alphabet.Meaning(_behind[unit]);
            if (meaning < 0)
                continue;
            if (meaning != shape.Meaning[next])
                return offset - 1 - next;
            next--;
            start = _behind.StartOf(unit);
        }
        var leading = Leading(shape);
        for (; next < 0 && leading > 0 && unit >= 0 && _behind[unit] == shape.Writing[leading - 1]; leading--, unit--)
            start = _behind.StartOf(unit);
        return offset - 1 - next;
    }

    private static int Leading(SecretView.Shape shape)
    {
        var leading = 0;
        while (leading < shape.Writing.Length && shape.Alphabet.Meaning(shape.Writing[leading]) < 0)
            leading++;
        return leading;
    }

    private bool DecodeOnce(ref Units units)
    {
        Work += units.Count;
        if (!Decoding.Once(units, _decoded))
            return false;
        (units, _decoded) = (_decoded, units);
        return true;
    }
}
