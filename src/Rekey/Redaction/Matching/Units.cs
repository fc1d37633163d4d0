namespace Rekey.Redaction.Matching;

/// <summary>A stretch of text, decoded or not: bytes, each with the place that it was written in.</summary>
internal sealed class Units
{
    private byte[] _bytes = new byte[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];
    private bool _isPlain;

    public int Count { get; private set; }

    public byte this[int index] => _bytes[index];

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Count);

    public int StartOf(int index) => _isPlain ? index : _starts[index];

    public int EndOf(int index) => _isPlain ? index + 1 : _ends[index];

    /// <summary>Takes a text as it is written.</summary>
    public void Load(ReadOnlySpan<byte> text)
    {
        Clear(text.Length);
        text.CopyTo(_bytes);
        (Count, _isPlain) = (text.Length, true);
    }

    /// <summary>Forgets everything, and makes room for so many.</summary>
    public void Clear(int room)
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
