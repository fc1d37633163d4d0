namespace Rekey.Redaction.Matching;

/// <summary>Values in the order of their meaning, so that those with a given beginning stand together.</summary>
internal sealed class SortedShapes
{
    private readonly List<SecretView.Shape> _shapes = [];
    private bool _isSorted;

    public void Add(SecretView.Shape shape)
    {
        _shapes.Add(shape);
        _isSorted = false;
    }

    /// <summary>Whether a value begins with these bytes of meaning, and has more.</summary>
    public bool GoOn(ReadOnlySpan<byte> begun)
    {
        var next = FirstBehind(begun);
        return next < _shapes.Count && _shapes[next].Meaning.AsSpan().StartsWith(begun);
    }

    /// <summary>Whether these are all bytes of meaning of a value that has more to close it.</summary>
    public bool AreUnclosed(ReadOnlySpan<byte> meaning, int closing)
    {
        for (var last = FirstBehind(meaning) - 1; last >= 0 && _shapes[last].Meaning.AsSpan().SequenceEqual(meaning); last--)
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
}
