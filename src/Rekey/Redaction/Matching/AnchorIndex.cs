using System.Numerics;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Finds every value it knows, in every writing, by looking at a few bytes here and there: a gram that no anchor has costs one test, and
/// everything else is decided where it stands. Grows under its owner's lock while others read: an anchor is complete before its gram can be seen, and
/// nothing is ever taken out.
/// </summary>
internal sealed class AnchorIndex
{
    private const int MostCrowd = 8;
    private const int LeastAnchors = 64;

    private readonly Sampling _sampling;
    private readonly List<KnownValue> _values;
    private readonly GramFilter _filter;
    private readonly GramTable _table;
    private readonly Anchor[] _anchors;
    private readonly AnchorChoice _choice;
    private int _count;

    /// <summary>One that knows nothing.</summary>
    public AnchorIndex()
        : this(Sampling.For(int.MaxValue), [], LeastAnchors)
    {
    }

    private AnchorIndex(Sampling sampling, List<KnownValue> values, int capacity)
    {
        (_sampling, _values) = (sampling, values);
        _filter = new GramFilter(sampling, capacity * sampling.Stride);
        _table = new GramTable(capacity * sampling.Stride);
        _anchors = new Anchor[capacity];
        _choice = new AnchorChoice(sampling, CrowdOf);
    }

    /// <summary>What it holds in memory besides the values.</summary>
    public int Bytes => _filter.Bytes + _table.Bytes + (_anchors.Length * 16);

    /// <summary>The index with one more value: this one while it has room and looks closely enough, else another.</summary>
    public AnchorIndex Add(KnownValue value)
    {
        _values.Add(value);
        if (value.Utf8.Length < _sampling.Shortest)
            return Rebuilt(Sampling.For(value.Utf8.Length), _anchors.Length);
        return TryInsert(value) ? this : Rebuilt(_sampling, 2 * _anchors.Length);
    }

    public void Find(ref Findings findings)
    {
        var text = findings.Text;
        if (_count == 0 || text.Length < _sampling.Shortest)
            return;
        for (var at = 0; _filter.Next(text, ref at, out var candidates); at += GramFilter.BlockSamples * _sampling.Stride)
        {
            for (; candidates != 0; candidates &= candidates - 1)
                Look(at + (BitOperations.TrailingZeroCount(candidates) * _sampling.Stride), ref findings);
        }
    }

    private void Look(int at, ref Findings findings)
    {
        var gram = _filter.GramAt(findings.Text, at);
        for (var slot = -1; _table.TryNext(gram, ref slot, out var number);)
        {
            ref readonly var anchor = ref _anchors[number / _sampling.Stride];
            var start = at - (number % _sampling.Stride);
            if (start >= 0)
                findings.Try(start, in anchor);
        }
    }

    private AnchorIndex Rebuilt(Sampling sampling, int capacity)
    {
        for (; ; capacity *= 2)
        {
            var index = new AnchorIndex(sampling, _values, capacity);
            if (_values.TrueForAll(index.TryInsert))
                return index;
        }
    }

    private bool TryInsert(KnownValue value)
    {
        foreach (var (piece, kind, offset) in _choice.For(value))
        {
            if (_count == _anchors.Length)
                return false;
            _anchors[_count] = new Anchor(value, kind, offset);
            for (var i = 0; i < _sampling.Stride; i++)
                _table.Add(_filter.GramAt(piece, i), (_count * _sampling.Stride) + i);
            for (var i = 0; i < _sampling.Stride; i++)
                _filter.Add(_filter.GramAt(piece, i));
            _count++;
        }
        return true;
    }

    private int CrowdOf(byte[] piece)
    {
        var crowd = 0;
        for (var i = 0; i < _sampling.Stride; i++)
            crowd += _table.Crowd(_filter.GramAt(piece, i), MostCrowd);
        return crowd;
    }
}
