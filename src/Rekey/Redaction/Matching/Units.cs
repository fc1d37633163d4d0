namespace Rekey.Redaction.Matching;

/// <summary>A stretch of text, decoded or not: bytes, each with the place that it was written in.</summary>
internal sealed class Units
{
    private byte[] _bytes = new byte[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];
    private bool _isPlain;

    public int Count { get; private set; }

    /// <summary>How many layers of escapes were undone.</summary>
    public int Layer { get; private set; }

    public byte this[int index] => _bytes[index];

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Count);

    public int StartOf(int index) => _isPlain ? index : _starts[index];

    public int EndOf(int index) => _isPlain ? index + 1 : _ends[index];

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
        (Count, _isPlain) = (0, false);
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
}
