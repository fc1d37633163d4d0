namespace Rekey.Redaction.Matching;

/// <summary>A stretch of text, decoded or not: bytes, each with the place that it was written in.</summary>
internal sealed class Units
{
    private byte[] _bytes = new byte[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];
    private bool _isPlain;
    private int _whole;

    public int Count { get; private set; }

    /// <summary>How many layers of escapes were undone.</summary>
    public int Layer { get; private set; }

    /// <summary>Whether the end of the text cuts an escape off.</summary>
    public bool IsCut => _whole >= 0;

    public byte this[int index] => _bytes[index];

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Count);

    public int StartOf(int index) => _isPlain ? index : _starts[index];

    public int EndOf(int index) => _isPlain ? index + 1 : _ends[index];

    /// <summary>The first unit that is written at a place or behind it.</summary>
    public int IndexOf(int place)
    {
        if (_isPlain)
            return Math.Min(place, Count);
        var found = _starts.AsSpan(0, Count).BinarySearch(place);
        if (found < 0)
            return ~found;
        while (found > 0 && _starts[found - 1] == place)
            found--;
        return found;
    }

    /// <summary>Remembers that what comes next may change with what follows the text.</summary>
    public void CutHere() => _whole = Count;

    /// <summary>Drops what may change yet, and tells where it is written.</summary>
    public int Cut()
    {
        var place = StartOf(_whole);
        Count = _whole;
        return place;
    }

    /// <summary>Takes a text as it is written.</summary>
    public void Load(ReadOnlySpan<byte> text)
    {
        Clear(text.Length);
        text.CopyTo(_bytes);
        (Count, Layer, _isPlain) = (text.Length, 0, true);
    }

    /// <summary>Makes room for what becomes of these when one more layer is undone.</summary>
    public void Follow(Units from)
    {
        Clear(from.Count);
        Layer = from.Layer + 1;
    }

    private void Clear(int room)
    {
        (Count, _isPlain, _whole) = (0, false, -1);
        if (_bytes.Length >= room)
            return;
        var size = Math.Max(room, 2 * _bytes.Length);
        (_bytes, _starts, _ends) = (new byte[size], new int[size], new int[size]);
    }

    public void Add(byte value, int start, int end)
    {
        (_bytes[Count], _starts[Count], _ends[Count]) = (value, start, end);
        Count++;
    }

    /// <summary>Takes over what is no escape.</summary>
    public void AddRun(Units from, int first, int count)
    {
        from._bytes.AsSpan(first, count).CopyTo(_bytes.AsSpan(Count));
        if (from._isPlain)
        {
            for (var i = 0; i < count; i++)
                (_starts[Count + i], _ends[Count + i]) = (first + i, first + i + 1);
        }
        else
        {
            from._starts.AsSpan(first, count).CopyTo(_starts.AsSpan(Count));
            from._ends.AsSpan(first, count).CopyTo(_ends.AsSpan(Count));
        }
        Count += count;
    }
}
