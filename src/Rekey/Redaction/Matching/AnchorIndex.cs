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
    private const int LeastLog2 = 10;

    private readonly Sampling _sampling;
    private readonly int _log2;
    private readonly List<KnownValue> _values;
    private readonly GramFilter _filter;
    private readonly GramTable _table;
    private readonly Anchor[] _anchors;
    private readonly byte[] _pieces;
    private readonly AnchorChoice _choice;
    private int _count;

    /// <summary>One that knows nothing.</summary>
    public AnchorIndex()
        : this(Sampling.For(int.MaxValue), [], LeastLog2)
    {
    }

    private AnchorIndex(Sampling sampling, List<KnownValue> values, int log2)
    {
        (_sampling, _values, _log2) = (sampling, values, log2);
        _filter = new GramFilter(sampling, log2);
        _table = new GramTable(log2);
        _anchors = new Anchor[_table.Capacity / sampling.Stride];
        _pieces = new byte[_anchors.Length * sampling.Shortest];
        _choice = new AnchorChoice(sampling, CrowdOf);
    }

    /// <summary>How many pieces it looks for.</summary>
    public int Anchors => _count;

    /// <summary>What it holds in memory besides the values.</summary>
    public int Bytes => _filter.Bytes + _table.Bytes + (_anchors.Length * 16) + _pieces.Length;

    /// <summary>The index with one more value: this one while it has room and looks closely enough, else another.</summary>
    public AnchorIndex Add(KnownValue value)
    {
        _values.Add(value);
        if (_sampling.IsTooSparseFor(value.Utf8.Length))
            return LookingCloser(Sampling.For(value.Utf8.Length));
        var index = this;
        foreach (var (piece, kind, offset) in _choice.For(value))
            index = index.With(piece, new Anchor(value, kind, offset));
        return index;
    }

    public void Find(ref Findings findings)
    {
        var text = findings.Text;
        if (_count == 0 || text.Length < _sampling.Shortest)
            return;
        var barren = 0;
        for (var at = 0; _filter.Next(text, ref at, out var candidates); at += GramFilter.BlockSamples * _sampling.Stride)
        {
            for (; candidates != 0; candidates &= candidates - 1)
            {
                var sample = at + (BitOperations.TrailingZeroCount(candidates) * _sampling.Stride);
                if ((sample - barren == _sampling.Stride && Repeats(text, sample)) || !Look(sample, ref findings))
                    barren = sample;
            }
        }
    }

    /// <summary>Whether a piece stands around a sample.</summary>
    private bool Look(int at, ref Findings findings)
    {
        var isAny = false;
        var gram = _filter.GramAt(findings.Text, at);
        for (var slot = -1; _table.TryNext(gram, ref slot, out var number);)
        {
            var (index, offset) = (number >> _sampling.Log2, number & (_sampling.Stride - 1));
            if (!StandsAt(at - offset, index, findings.Text))
                continue;
            findings.Try(at - offset, in _anchors[index]);
            isAny = true;
        }
        return isAny;
    }

    /// <summary>Whether all around a sample is as it was around the one before: a run of backslashes.</summary>
    private bool Repeats(ReadOnlySpan<byte> text, int at)
    {
        var (start, length) = (at - _sampling.Stride + 1, _sampling.Stride - 1 + _sampling.Shortest);
        return start >= _sampling.Stride && start + length <= text.Length
            && text.Slice(start, length).SequenceEqual(text.Slice(start - _sampling.Stride, length));
    }

    private bool StandsAt(int at, int index, ReadOnlySpan<byte> text) =>
        at >= 0 && at <= text.Length - _sampling.Shortest && text.Slice(at, _sampling.Shortest).SequenceEqual(PieceOf(index));

    private ReadOnlySpan<byte> PieceOf(int index) => _pieces.AsSpan(index * _sampling.Shortest, _sampling.Shortest);

    // Shorter pieces of every value; they are chosen anew.
    private AnchorIndex LookingCloser(Sampling sampling)
    {
        var index = new AnchorIndex(sampling, [], _log2);
        foreach (var value in _values)
            index = index.Add(value);
        return index;
    }

    private AnchorIndex With(ReadOnlySpan<byte> piece, Anchor anchor)
    {
        var index = _count < _anchors.Length ? this : Grown();
        index.Insert(piece, anchor);
        return index;
    }

    private AnchorIndex Grown()
    {
        var index = new AnchorIndex(_sampling, _values, _log2 + 1);
        for (var i = 0; i < _count; i++)
            index.Insert(PieceOf(i), _anchors[i]);
        return index;
    }

    private void Insert(ReadOnlySpan<byte> piece, Anchor anchor)
    {
        piece.CopyTo(_pieces.AsSpan(_count * _sampling.Shortest));
        _anchors[_count] = anchor;
        for (var i = 0; i < _sampling.Stride; i++)
            _table.Add(_filter.GramAt(piece, i), (_count * _sampling.Stride) + i);
        for (var i = 0; i < _sampling.Stride; i++)
            _filter.Add(_filter.GramAt(piece, i));
        _count++;
    }

    private int CrowdOf(byte[] piece)
    {
        var crowd = 0;
        for (var i = 0; i < _sampling.Stride; i++)
            crowd += _table.Crowd(_filter.GramAt(piece, i), MostCrowd);
        return crowd;
    }
}
