namespace Rekey.Redaction.Matching;

/// <summary>A stretch of text, decoded or not: bytes, each with the place that it was written in.</summary>
internal sealed class Units
{
    private byte[] _bytes = new byte[256];
    private int[] _starts = new int[256];
    private int[] _ends = new int[256];

    public int Count { get; private set; }

    public byte this[int index] => _bytes[index];

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Count);

    public int StartOf(int index) => _starts[index];

    public int EndOf(int index) => _ends[index];

    /// <summary>Takes a text as it is written.</summary>
    public void Load(ReadOnlySpan<byte> text)
    {
        Clear(text.Length);
        text.CopyTo(_bytes);
        for (var i = 0; i < text.Length; i++)
            (_starts[i], _ends[i]) = (i, i + 1);
        Count = text.Length;
    }

    /// <summary>Forgets everything, and makes room for so many.</summary>
    public void Clear(int room)
    {
        Count = 0;
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
