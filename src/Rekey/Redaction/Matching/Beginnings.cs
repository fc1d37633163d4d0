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

    // What begins in public is awaited from here on.
    private const int BehindPublicParts = 16;

    private readonly Dictionary<Alphabet, Prefixes> _secret = [];
    private readonly Dictionary<Alphabet, Prefixes> _public = [];
    private readonly List<Prefixes> _all = [];
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
                PrefixesOf(shape.Alphabet, value).Add(shape);
        }
    }

    private Prefixes PrefixesOf(Alphabet alphabet, KnownValue value)
    {
        var byAlphabet = value.BeginsInPublic ? _public : _secret;
        if (!byAlphabet.TryGetValue(alphabet, out var prefixes))
            _all.Add(byAlphabet[alphabet] = prefixes = new Prefixes(alphabet, value.BeginsInPublic ? BehindPublicParts : 0));
        return prefixes;
    }

    /// <summary>Where a text, not before <paramref name="from"/>, may go on to be a value.</summary>
    public Open FirstOpen(ReadOnlySpan<byte> text, int from)
    {
        var open = FirstOpen(text, from, Decoding.Every);
        foreach (var kind in _hasLookalikes ? Decoding.Kinds : [])
            open = open.And(FirstOpen(text, from, kind));
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
            foreach (var prefixes in _secret.Values)
            {
                if (prefixes.TryFindTelling(_units, first, Telling, out var unit, out var last) && origin + _units.StartOf(unit) < start)
                    (start, end) = (origin + _units.StartOf(unit), origin + _units.EndOf(last));
            }
        }
        while (TryDecode(Decoding.Every, out _));
        return start < end;
    }

    private Open FirstOpen(ReadOnlySpan<byte> text, int from, SearchValues<byte> introducers)
    {
        from = Math.Max(from, Earliest(text));
        for (var stretch = FirstStretch; ; stretch *= 4)
        {
            var near = Math.Max(from, text.Length - stretch);
            var open = FirstOpenNear(text, near, introducers, out var mayBeEarlier);
            if (!mayBeEarlier || near == from)
                return open;
        }
    }

    private Open FirstOpenNear(ReadOnlySpan<byte> text, int from, SearchValues<byte> introducers, out bool mayBeEarlier)
    {
        var open = new Open(text.Length, text.Length, text.Length);
        var origin = Load(text, from);
        mayBeEarlier = false;
        for (var isDecoded = true; isDecoded;)
        {
            var first = _units.IndexOf(from - origin);
            foreach (var prefixes in _all)
            {
                var unit = prefixes.FirstOpen(_units, first, out var held, out var isUnsure);
                mayBeEarlier |= isUnsure;
                if (unit >= 0)
                    open = open.And(new Open(origin + _units.StartOf(unit), held < _units.Count ? origin + _units.StartOf(held) : text.Length, text.Length));
            }
            if (_units.Layer > 0 && FirstInside(text[origin..], from - origin, open.Hold - origin) is >= 0 and var inside)
                open = open.And(new Open(origin + inside, origin + inside, text.Length));
            isDecoded = TryDecode(introducers, out var cut);
            if (cut is { } place)
                open = open.And(new Open(Math.Max(from, origin + place), text.Length, Math.Max(from, origin + place)));
        }
        return open;
    }

    // Further from the end nothing can be open.
    private int Earliest(ReadOnlySpan<byte> text)
    {
        var longest = 0;
        foreach (var prefixes in _all)
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
        foreach (var prefixes in _all)
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
