using System.Buffers;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Knows how every value begins, in every writing: a stream must not let go of what may still become one. Whoever is unsure here only waits
/// longer; what has once been ruled out stays ruled out, whatever follows.
/// </summary>
internal sealed class Beginnings
{
    // How many bytes of meaning at the end of a stream are too many to be chance.
    private const int Telling = 8;

    // An escape is read from its beginning, and the escapes before it tell where that is.
    private const int LookBack = 64;

    private const int FirstStretch = 128;

    private readonly Dictionary<Alphabet, Prefixes> _byAlphabet = [];
    private Units _units = new();
    private Units _decoded = new();
    private bool _hasLookalikes;

    public void Add(KnownValue value)
    {
        for (var kind = 0; kind < (value.IsLine ? 1 : SecretView.Kinds); kind++)
        {
            var shapes = new SecretView(value.Utf8, kind, value.IsHex).Shapes;
            _hasLookalikes |= shapes.Length > 1;
            foreach (var shape in shapes)
            {
                if (!_byAlphabet.TryGetValue(shape.Alphabet, out var prefixes))
                    _byAlphabet[shape.Alphabet] = prefixes = new Prefixes(shape.Alphabet);
                prefixes.Add(shape);
            }
        }
    }

    /// <summary>
    /// The first place, not before <paramref name="from"/>, from where the text may go on to be a value: whoever asks again begins there. What has to be held
    /// begins there or later.
    /// </summary>
    public int FirstOpen(ReadOnlySpan<byte> text, int from, out int hold)
    {
        var open = FirstOpen(text, from, Decoding.Every, out hold);
        foreach (var kind in _hasLookalikes ? Decoding.Kinds : [])
        {
            open = Math.Min(open, FirstOpen(text, from, kind, out var held));
            hold = Math.Min(hold, held);
        }
        return open;
    }

    /// <summary>Whether so much of a value, and not all of it, stands at the end of the text that the rest need not be awaited, and where.</summary>
    public bool TryFindTelling(ReadOnlySpan<byte> text, int from, out int start, out int end)
    {
        (start, end) = (text.Length, text.Length);
        from = Math.Max(from, Earliest(text));
        var origin = Load(text, from);
        do
        {
            var first = _units.IndexOf(from - origin);
            foreach (var prefixes in _byAlphabet.Values)
            {
                if (prefixes.TryFindTelling(_units, first, Telling, out var unit, out var last) && origin + _units.StartOf(unit) < start)
                    (start, end) = (origin + _units.StartOf(unit), origin + _units.EndOf(last));
            }
        }
        while (TryDecode(Decoding.Every, out _));
        return start < end;
    }

    private int FirstOpen(ReadOnlySpan<byte> text, int from, SearchValues<byte> introducers, out int hold)
    {
        from = Math.Max(from, Earliest(text));
        for (var stretch = FirstStretch; ; stretch *= 4)
        {
            var near = Math.Max(from, text.Length - stretch);
            var open = FirstOpenNear(text, near, introducers, out hold, out var mayBeEarlier);
            if (!mayBeEarlier || near == from)
                return open;
        }
    }

    private int FirstOpenNear(ReadOnlySpan<byte> text, int from, SearchValues<byte> introducers, out int hold, out bool mayBeEarlier)
    {
        var open = hold = text.Length;
        var origin = Load(text, from);
        mayBeEarlier = false;
        int? cut;
        do
        {
            var first = _units.IndexOf(from - origin);
            foreach (var prefixes in _byAlphabet.Values)
            {
                var unit = prefixes.FirstOpen(_units, first, out var held, out var isUnsure);
                mayBeEarlier |= isUnsure;
                if (unit < 0)
                    continue;
                open = Math.Min(open, origin + _units.StartOf(unit));
                hold = Math.Min(hold, held < _units.Count ? origin + _units.StartOf(held) : text.Length);
            }
            if (_units.Layer > 0 && FirstInside(text[origin..], from - origin, hold - origin) is >= 0 and var inside)
                (open, hold) = (Math.Min(open, origin + inside), origin + inside);
            if (!TryDecode(introducers, out cut))
                return open;
            if (cut is { } place)
                (open, hold) = (Math.Min(open, Math.Max(from, origin + place)), Math.Min(hold, Math.Max(from, origin + place)));
        }
        while (true);
    }

    // Further from the end nothing can be open.
    private int Earliest(ReadOnlySpan<byte> text)
    {
        var longest = 0;
        foreach (var prefixes in _byAlphabet.Values)
            longest = Math.Max(longest, prefixes.Longest);
        return text.Length - LocalMatch.Reach(longest);
    }

    private int Load(ReadOnlySpan<byte> text, int from)
    {
        var origin = Math.Max(0, from - LookBack);
        while (origin > 0 && text[origin - 1] == '\\')
            origin--;
        _units.Load(text[origin..]);
        return origin;
    }

    /// <summary>The first place within an escape, before another one, from where a value may go on: escapes end in letters and digits.</summary>
    private int FirstInside(ReadOnlySpan<byte> text, int from, int before)
    {
        for (var unit = Math.Max(0, _units.IndexOf(from) - 1); unit < _units.Count && _units.StartOf(unit) < before; unit++)
        {
            var (start, end) = (_units.StartOf(unit), _units.EndOf(unit));
            if (end - start == 1 || (unit + 1 < _units.Count && _units.StartOf(unit + 1) < end))
                continue; // no escape, or not the last byte of what it stands for
            for (var at = Math.Max(from, Math.Max(start + 1, end - Decoding.LongestEscape)); at < end; at++)
            {
                if (char.IsAsciiLetterOrDigit((char)text[at]) && IsOpenInside(text[at..end], unit + 1))
                    return at;
            }
        }
        return -1;
    }

    private bool IsOpenInside(ReadOnlySpan<byte> letters, int next)
    {
        foreach (var prefixes in _byAlphabet.Values)
        {
            if (prefixes.IsOpenInside(_units, letters, next))
                return true;
        }
        return false;
    }

    /// <summary>Undoes one layer. An escape that is not complete may become anything: it is open itself, and nobody looks beyond it.</summary>
    private bool TryDecode(SearchValues<byte> introducers, out int? cut)
    {
        cut = null;
        if (_units.Layer == Decoding.DeepestLayer || (!Decoding.Once(_units, _decoded, introducers) && !_decoded.IsCut))
            return false;
        (_units, _decoded) = (_decoded, _units);
        if (_units.IsCut)
            cut = _units.Cut();
        return true;
    }
}
