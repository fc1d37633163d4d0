using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Rekey.Redaction.Matching;

/// <summary>Knows how values begin in one alphabet, and finds where a text goes on like one of them to its end.</summary>
internal sealed class Prefixes(Alphabet alphabet)
{
    private const int Gram = SecretView.LeastMeaning;
    private const int EarlyLook = 16;
    private const int FilterLog2 = 16;

    private readonly Alphabet _alphabet = alphabet;
    private readonly List<SecretView.Shape> _shapes = [];
    private readonly List<byte[]> _leads = [];
    private readonly ulong[] _filter = new ulong[1 << (FilterLog2 - 6)];
    private bool _isSorted;
    private bool _breaksEarly;

    // What a stretch to the end of the text means, and which units say so.
    private byte[] _meaning = [];
    private int[] _units = [];
    private int _length;

    /// <summary>How many bytes of meaning the longest value has.</summary>
    public int Longest { get; private set; }

    public void Add(SecretView.Shape shape)
    {
        _shapes.Add(shape);
        _isSorted = false;
        _breaksEarly |= shape.Unbroken == 0;
        var bit = BitOf(BinaryPrimitives.ReadUInt32LittleEndian(shape.Meaning));
        _filter[bit >> 6] |= 1UL << bit;
        if (shape.Lead.Length > 0 && !_leads.Exists(lead => lead.AsSpan().SequenceEqual(shape.Lead)))
            _leads.Add(shape.Lead);
        if (shape.Meaning.Length <= Longest)
            return;
        Longest = shape.Meaning.Length;
        _meaning = new byte[Longest + Decoding.LongestEscape];
        _units = new int[_meaning.Length];
    }

    /// <summary>The first unit, not before <paramref name="first"/>, from where on all may be the beginning of a value; negative when there is none.</summary>
    public int FirstOpen(Units units, int first, out int hold)
    {
        hold = units.Count;
        var open = -1;
        for (var starts = new Starts(this, units, first); starts.MoveNext();)
        {
            if (!Read(units, [], starts.Unit) || !(IsBeginning(Begun) || IsUnclosed(units)))
                continue;
            var start = WithLead(units, first, starts.Unit);
            open = open < 0 ? start : open;
            hold = Math.Min(hold, AfterBreak(units) ?? start);
            if (hold == start)
                break;
        }
        if (OpenLead(units, first) is >= 0 and var lead)
            (open, hold) = (open < 0 ? lead : Math.Min(open, lead), Math.Min(hold, lead));
        return open;
    }

    /// <summary>
    /// Whether what begins inside of an escape does: the last letters of <c>%5c</c> may be the first of a value, where before it something was cut off.
    /// </summary>
    public bool IsOpenInside(Units units, ReadOnlySpan<byte> letters, int next)
    {
        Span<byte> four = stackalloc byte[Gram];
        var count = 0;
        foreach (var letter in letters)
        {
            if (count < Gram && _alphabet.Meaning(letter) is >= 0 and var meaning)
                four[count++] = (byte)meaning;
        }
        if (count == 0)
            return false;
        for (var unit = next; unit < units.Count && count < Gram; unit++)
        {
            if (_alphabet.Meaning(units[unit]) is >= 0 and var meaning)
                four[count++] = (byte)meaning;
        }
        return (count < Gram || MayBegin(BinaryPrimitives.ReadUInt32LittleEndian(four))) && Read(units, letters, next) && IsBeginning(Begun);
    }

    /// <summary>The first unit from where so much of a value stands at the end, and not all of it, that it is no chance.</summary>
    public bool TryFindTelling(Units units, int first, int least, out int start, out int last)
    {
        (start, last) = (0, 0);
        for (var starts = new Starts(this, units, first); starts.MoveNext();)
        {
            if (!Read(units, [], starts.Unit) || _length < least || !IsBeginning(Begun))
                continue;
            (start, last) = (WithLead(units, first, starts.Unit), _units[_length - 1]);
            return true;
        }
        return false;
    }

    private ReadOnlySpan<byte> Begun => _meaning.AsSpan(0, _length);

    /// <summary>Reads these letters and what stands behind them to the end of the text. False as soon as no value goes on like this.</summary>
    private bool Read(Units units, ReadOnlySpan<byte> letters, int next)
    {
        _length = 0;
        foreach (var letter in letters)
        {
            if (!TryTake(letter, next))
                return false;
        }
        for (var unit = next; unit < units.Count; unit++)
        {
            if (!TryTake(units[unit], unit))
                return false;
        }
        return true;
    }

    private bool TryTake(byte letter, int unit)
    {
        if (_alphabet.Meaning(letter) is not (>= 0 and var meaning))
            return true;
        if (_length == Longest || (_length == EarlyLook && !IsBeginning(Begun)))
            return false;
        (_meaning[_length], _units[_length]) = ((byte)meaning, unit);
        _length++;
        return true;
    }

    /// <summary>Whether a value begins with these bytes of meaning, and has more.</summary>
    private bool IsBeginning(ReadOnlySpan<byte> begun)
    {
        var next = FirstBehind(begun);
        return next < _shapes.Count && _shapes[next].Meaning.AsSpan().StartsWith(begun);
    }

    /// <summary>Whether these are all of a value's bytes of meaning, and what closes it may still come.</summary>
    private bool IsUnclosed(Units units)
    {
        var closing = units.Count - _units[_length - 1] - 1;
        for (var last = FirstBehind(Begun) - 1; last >= 0 && _shapes[last].Meaning.AsSpan().SequenceEqual(Begun); last--)
        {
            if (_shapes[last].Close.Length > closing)
                return true;
        }
        return false;
    }

    /// <summary>The first value that is no less than this one and not the same.</summary>
    private int FirstBehind(ReadOnlySpan<byte> meaning)
    {
        // Values come one after another, and are looked for later.
        if (!_isSorted)
            _shapes.Sort(static (one, other) => one.Meaning.AsSpan().SequenceCompareTo(other.Meaning));
        _isSorted = true;
        var (low, high) = (0, _shapes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_shapes[middle].Meaning.AsSpan().SequenceCompareTo(meaning) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Where the value goes on behind a line break that cuts only a few bytes of it off: these are not held.</summary>
    private int? AfterBreak(Units units)
    {
        var start = _units[0];
        var until = _length < Gram ? units.Count : _units[Gram - 1];
        var found = units.Bytes[start..until].LastIndexOfAny((byte)'\n', (byte)'\r');
        if (found < 0 || _breaksEarly || _alphabet.Meaning((byte)'\n') >= 0)
            return null;
        var at = start + found;
        while (at < units.Count && _alphabet.Meaning(units[at]) < 0)
            at++;
        return at;
    }

    private int WithLead(Units units, int first, int start)
    {
        var longest = 0;
        foreach (var lead in _leads)
        {
            if (start - lead.Length >= first && units.Bytes[..start].EndsWith(lead))
                longest = Math.Max(longest, lead.Length);
        }
        return start - longest;
    }

    // The quote that a value begins with.
    private int OpenLead(Units units, int first)
    {
        var open = -1;
        foreach (var lead in _leads)
        {
            for (var length = Math.Min(lead.Length, units.Count - first); length > 0; length--)
            {
                var start = units.Count - length;
                if (units.Bytes[start..].SequenceEqual(lead.AsSpan(0, length)))
                    open = open < 0 ? start : Math.Min(open, start);
            }
        }
        return open;
    }

    private bool MayBegin(uint gram) => BitOf(gram) is var bit && (_filter[bit >> 6] & (1UL << bit)) != 0;

    private static int BitOf(uint gram) => (int)((gram * 0x9E3779B1u) >> (32 - FilterLog2));

    /// <summary>The units where a value may begin, by the four bytes of meaning there, and the last ones that have fewer behind them.</summary>
    private ref struct Starts
    {
        private readonly Prefixes _prefixes;
        private readonly Alphabet _alphabet;
        private readonly Units _units;
        private PlacesOfFour _places;
        private int _next;
        private int _read;
        private int _left = -1;
        private uint _gram;

        public Starts(Prefixes prefixes, Units units, int first)
        {
            (_prefixes, _alphabet, _units) = (prefixes, prefixes._alphabet, units);
            _next = units.Count;
            for (var count = 0; _next > first && count < prefixes.Longest; _next--)
                count += _alphabet.Meaning(units[_next - 1]) >= 0 ? 1 : 0;
        }

        public int Unit { get; private set; }

        public bool MoveNext()
        {
            var bytes = _units.Bytes;
            while (_next < bytes.Length)
            {
                var unit = _next++;
                if (_alphabet.Meaning(bytes[unit]) is not (>= 0 and var meaning))
                    continue;
                _gram = (_gram >> 8) | ((uint)meaning << 24);
                _places[_read % Gram] = unit;
                _read++;
                Unit = _places[_read % Gram];
                if (_read >= Gram && _prefixes.MayBegin(_gram))
                    return true;
            }
            if (_left < 0)
                _left = Math.Min(Gram - 1, _read);
            if (_left == 0)
                return false;
            Unit = _places[(_read - _left--) % Gram];
            return true;
        }
    }

    [InlineArray(Gram)]
    private struct PlacesOfFour
    {
        private int _first;
    }
}
