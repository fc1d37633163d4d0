using System.Buffers.Binary;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Knows how values begin in one alphabet, and finds the end of a text among these beginnings. Only so much of the text is looked at as the longest
/// value has.
/// </summary>
internal sealed class Prefixes(Alphabet alphabet)
{
    private const int FilterLog2 = 16;
    private const int Gram = SecretView.LeastMeaning;

    private readonly List<SecretView.Shape> _shapes = [];
    private readonly List<byte[]> _leads = [];
    private readonly ulong[] _filter = new ulong[1 << (FilterLog2 - 6)];
    private bool _isSorted;
    private bool _breaksEarly;

    // The end of the text: what it means, and which unit says so.
    private byte[] _meaning = [];
    private int[] _units = [];
    private byte[] _joined = [];

    /// <summary>How many bytes of meaning the longest value has.</summary>
    public int Longest => _meaning.Length;

    public void Add(SecretView.Shape shape)
    {
        _shapes.Add(shape);
        _isSorted = false;
        _breaksEarly |= shape.Unbroken == 0;
        var gram = BitOf(shape.Meaning);
        _filter[gram >> 6] |= 1UL << gram;
        if (shape.Lead.Length > 0 && !_leads.Exists(lead => lead.AsSpan().SequenceEqual(shape.Lead)))
            _leads.Add(shape.Lead);
        if (shape.Meaning.Length > Longest)
            MakeRoom(shape.Meaning.Length);
    }

    private void MakeRoom(int longest)
    {
        _meaning = new byte[longest];
        _units = new int[longest];
        _joined = new byte[longest + Decoding.LongestEscape];
    }

    /// <summary>The first unit, not before <paramref name="first"/>, from where the text goes on like a value to its end; negative when there is none.</summary>
    public int FirstOpen(Units units, int first, out int hold)
    {
        hold = units.Count;
        var open = -1;
        for (var left = Read(units, first); left > 0; left--)
        {
            if (!IsBeginning(_meaning.AsSpan(^left..)) && !IsUnclosed(units, left))
                continue;
            var start = WithLead(units, first, _units[^left]);
            open = open < 0 ? start : open;
            hold = Math.Min(hold, AfterBreak(units, left) ?? start);
        }
        if (OpenLead(units, first) is >= 0 and var lead)
            (open, hold) = (open < 0 ? lead : open, Math.Min(hold, lead));
        return open;
    }

    /// <summary>
    /// The same for what begins inside of an escape: the end of <c>%5c</c> may be the first letter of a value, behind the rest of something that was cut
    /// off. To be asked after <see cref="FirstOpen"/>.
    /// </summary>
    public int FirstOpenInside(Units units, ReadOnlySpan<byte> text, int from)
    {
        var (open, left) = (text.Length, 0);
        for (var unit = units.Count - 1; unit >= 0 && units.EndOf(unit) > from && left < Longest; unit--)
        {
            var (start, end) = (units.StartOf(unit), units.EndOf(unit));
            var isLast = unit == units.Count - 1 || units.StartOf(unit + 1) >= end; // of those that one escape stands for
            for (var at = Math.Max(from, Math.Max(start + 1, end - Decoding.LongestEscape)); at < end && isLast; at++)
            {
                if (BeginsBefore(left, text[at..end]))
                    open = Math.Min(open, at);
            }
            left += alphabet.Meaning(units[unit]) >= 0 ? 1 : 0;
        }
        return open;
    }

    /// <summary>Whether these letters and then the last bytes of meaning begin a value.</summary>
    private bool BeginsBefore(int left, ReadOnlySpan<byte> letters)
    {
        var length = 0;
        foreach (var letter in letters)
        {
            if (alphabet.Meaning(letter) is >= 0 and var meaning)
                _joined[length++] = (byte)meaning;
        }
        if (length == 0)
            return false;
        var rest = _meaning.AsSpan(^left..);
        rest[..Math.Min(left, Gram)].CopyTo(_joined.AsSpan(length));
        if (length + left >= Gram && !MayBegin(_joined))
            return false;
        rest.CopyTo(_joined.AsSpan(length));
        return IsBeginning(_joined.AsSpan(0, length + left));
    }

    /// <summary>The first unit from where so much of a value stands at the end, and not all of it, that it is no chance.</summary>
    public bool TryFindTelling(Units units, int first, int least, out int start, out int last)
    {
        (start, last) = (0, 0);
        for (var left = Read(units, first); left >= least; left--)
        {
            if (!IsBeginning(_meaning.AsSpan(^left..)))
                continue;
            (start, last) = (WithLead(units, first, _units[^left]), _units[^1]);
            return true;
        }
        return false;
    }

    /// <summary>How many bytes of meaning stand at the end: no more than a value has.</summary>
    private int Read(Units units, int first)
    {
        var bytes = units.Bytes;
        var count = 0;
        for (var unit = bytes.Length - 1; unit >= first && count < Longest; unit--)
        {
            if (alphabet.Meaning(bytes[unit]) is < 0)
                continue;
            count++;
            _meaning[^count] = (byte)alphabet.Meaning(bytes[unit]);
            _units[^count] = unit;
        }
        return count;
    }

    /// <summary>Whether a value begins with these bytes of meaning, and has more.</summary>
    private bool IsBeginning(ReadOnlySpan<byte> begun)
    {
        if (begun.Length >= Gram && !MayBegin(begun))
            return false;
        var next = FirstBehind(begun);
        return next < _shapes.Count && _shapes[next].Meaning.AsSpan().StartsWith(begun);
    }

    /// <summary>Whether these are all of a value's bytes of meaning, and what closes it may still come.</summary>
    private bool IsUnclosed(Units units, int left)
    {
        var meaning = _meaning.AsSpan(^left..);
        if (left < Gram || !MayBegin(meaning))
            return false;
        var closing = units.Count - _units[^1] - 1;
        for (var last = FirstBehind(meaning) - 1; last >= 0 && _shapes[last].Meaning.AsSpan().SequenceEqual(meaning); last--)
        {
            if (_shapes[last].Close.Length > closing)
                return true;
        }
        return false;
    }

    private bool MayBegin(ReadOnlySpan<byte> begun) => BitOf(begun) is var bit && (_filter[bit >> 6] & (1UL << bit)) != 0;

    /// <summary>The first value that is no less than this one and not the same.</summary>
    private int FirstBehind(ReadOnlySpan<byte> meaning)
    {
        Sort();
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

    // Values come one after another, and streams begin later.
    private void Sort()
    {
        if (!_isSorted)
            _shapes.Sort(static (one, other) => one.Meaning.AsSpan().SequenceCompareTo(other.Meaning));
        _isSorted = true;
    }

    /// <summary>Where the value goes on behind a line break that cuts only a few bytes of it off: these are not held.</summary>
    private int? AfterBreak(Units units, int left)
    {
        var start = _units[^left];
        var until = left < Gram ? units.Count : _units[^(left - Gram + 1)];
        var found = units.Bytes[start..until].LastIndexOfAny((byte)'\n', (byte)'\r');
        if (found < 0 || _breaksEarly || alphabet.Meaning((byte)'\n') >= 0)
            return null;
        var at = start + found;
        while (at < units.Count && alphabet.Meaning(units[at]) < 0)
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

    private static int BitOf(ReadOnlySpan<byte> meaning) => (int)((BinaryPrimitives.ReadUInt32LittleEndian(meaning) * 0x9E3779B1u) >> (32 - FilterLog2));
}
