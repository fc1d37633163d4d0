using System.Buffers.Binary;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Knows how values begin in one alphabet, and finds where a text goes on like one of them to its end. One that has public parts is awaited only from
/// <paramref name="leastHeld"/> bytes of meaning on.
/// </summary>
internal sealed class Prefixes(Alphabet alphabet, int leastHeld)
{
    private const int Gram = SecretView.LeastMeaning;
    private const int EarlyLook = 16;

    private readonly Alphabet _alphabet = alphabet;
    private readonly SortedShapes _values = new();
    private readonly List<byte[]> _leads = [];
    private readonly GramSet _first = new();
    private readonly GramSet _anywhere = new();
    private bool _breaksEarly;

    // What a stretch to the end of the text means, and which units say so.
    private byte[] _meaning = [];
    private int[] _units = [];
    private int _length;

    // Where it may begin, from the end of the text on.
    private int[] _places = [];

    /// <summary>How many bytes of meaning the longest value has.</summary>
    public int Longest { get; private set; }

    private ReadOnlySpan<byte> Begun => _meaning.AsSpan(0, _length);

    public void Add(SecretView.Shape shape)
    {
        _values.Add(shape);
        _breaksEarly |= shape.Unbroken == 0;
        _first.Add(GramAt(shape.Meaning, 0));
        for (var at = 0; at <= shape.Meaning.Length - Gram; at++)
            _anywhere.Add(GramAt(shape.Meaning, at));
        if (shape.Lead.Length > 0 && !_leads.Exists(lead => lead.AsSpan().SequenceEqual(shape.Lead)))
            _leads.Add(shape.Lead);
        if (shape.Meaning.Length <= Longest)
            return;
        Longest = shape.Meaning.Length;
        _meaning = new byte[Longest + Decoding.LongestEscape];
        _units = new int[_meaning.Length];
        _places = new int[Longest];
    }

    /// <summary>
    /// The first unit, not before <paramref name="first"/>, from where on all may be the beginning of a value; negative when there is none. Tells whether one
    /// may begin earlier.
    /// </summary>
    public int FirstOpen(Units units, int first, out int hold, out bool mayBeEarlier)
    {
        hold = units.Count;
        var open = -1;
        for (var left = WalkBack(units, first, out mayBeEarlier); left > 0; left--)
        {
            if (!Read(units, [], _places[left - 1]) || !(_values.GoOn(Begun) || _values.AreUnclosed(Begun, units.Count - _units[_length - 1] - 1)))
                continue;
            var start = WithLead(units, first, _places[left - 1]);
            open = open < 0 ? start : open;
            if (_length < leastHeld)
                continue;
            hold = Math.Min(hold, AfterBreak(units) ?? start);
            if (hold == start)
                break;
        }
        if (leastHeld == 0 && OpenLead(units, first) is >= 0 and var lead)
            (open, hold) = (open < 0 ? lead : Math.Min(open, lead), Math.Min(hold, lead));
        return open;
    }

    /// <summary>
    /// Whether what begins inside of an escape does: the last letters of <c>%5c</c> may be the first of a value, where before it something was cut off.
    /// </summary>
    public bool IsOpenInside(Units units, ReadOnlySpan<byte> letters, int next) =>
        Read(units, letters, next) && _length >= leastHeld && _values.GoOn(Begun);

    /// <summary>The first unit from where so much of a value stands at the end, and not all of it, that it is no chance.</summary>
    public bool TryFindTelling(Units units, int first, int least, out int start, out int last)
    {
        (start, last) = (0, 0);
        for (var left = WalkBack(units, first, out _); left >= least; left--)
        {
            if (!Read(units, [], _places[left - 1]) || !_values.GoOn(Begun))
                continue;
            (start, last) = (WithLead(units, first, _places[left - 1]), _units[_length - 1]);
            return true;
        }
        return false;
    }

    /// <summary>
    /// How many bytes of meaning, from the end back, a value may have begun with: every four of them in a row stand in one. For most texts that is less
    /// than a handful.
    /// </summary>
    private int WalkBack(Units units, int first, out bool mayBeEarlier)
    {
        var bytes = units.Bytes;
        var (count, gram) = (0, 0u);
        mayBeEarlier = false;
        for (var unit = bytes.Length - 1; unit >= first; unit--)
        {
            if (_alphabet.Meaning(bytes[unit]) is not (>= 0 and var meaning))
                continue;
            gram = (gram << 8) | (uint)meaning;
            if (count == Longest || (count >= Gram - 1 && !_anywhere.Contains(gram)))
                return count;
            _places[count++] = unit;
        }
        mayBeEarlier = count < Longest;
        return count;
    }

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
        if (_length == Longest || (_length >= EarlyLook && int.IsPow2(_length) && !_values.GoOn(Begun)))
            return false;
        (_meaning[_length], _units[_length]) = ((byte)meaning, unit);
        _length++;
        return _length != Gram || _first.Contains(GramAt(_meaning, 0));
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

    private static uint GramAt(ReadOnlySpan<byte> meaning, int at) => BinaryPrimitives.ReadUInt32LittleEndian(meaning[at..]);
}
