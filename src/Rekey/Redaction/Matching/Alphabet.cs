namespace Rekey.Redaction.Matching;

/// <summary>Which bytes of a writing count, and which mean the same. What quoting, wrapping and escaping add or drop does not count.</summary>
internal sealed class Alphabet
{
    private const short Ignored = -1;

    private readonly short[] _meaning = new short[256];

    private Alphabet(string ignored, params ReadOnlySpan<(char From, char To)> same)
    {
        for (var i = 0; i < _meaning.Length; i++)
            _meaning[i] = (short)i;
        foreach (var c in ignored)
            _meaning[c] = Ignored;
        foreach (var (from, to) in same)
            _meaning[from] = (short)to;
    }

    /// <summary>Plain text: quotes, backslashes, carets and braces come and go with the shell, the wrapping with the terminal.</summary>
    public static Alphabet Text { get; } = new(" \t\r\n\\\"'`$+^{}%");

    /// <summary>The same for a value of hex digits.</summary>
    public static Alphabet HexText { get; } = new(" \t\r\n\\\"'`$+^{}%", ('a', 'A'), ('b', 'B'), ('c', 'C'), ('d', 'D'), ('e', 'E'), ('f', 'F'));

    /// <summary>Base64, standard and for URLs; a plus may have become a space.</summary>
    public static Alphabet Base64 { get; } = new(" \t\r\n\\\"'+-", ('_', '/'));

    /// <summary>Hex in either case, with whatever stands between the bytes.</summary>
    public static Alphabet Hex { get; } = new(" \t\r\n\\\"'-:,", ('a', 'A'), ('b', 'B'), ('c', 'C'), ('d', 'D'), ('e', 'E'), ('f', 'F'));

    /// <summary>Numbers in a list.</summary>
    public static Alphabet Numbers { get; } = new(" \t\r\n");

    /// <summary>Every byte counts.</summary>
    public static Alphabet Exact { get; } = new("");

    /// <summary>What a byte means; negative when it does not count.</summary>
    public int Meaning(byte value) => _meaning[value];

    public byte[] Reduce(ReadOnlySpan<byte> text)
    {
        var kept = new byte[Count(text)];
        var at = 0;
        foreach (var value in text)
        {
            if (_meaning[value] >= 0)
                kept[at++] = (byte)_meaning[value];
        }
        return kept;
    }

    /// <summary>How many bytes count.</summary>
    public int Count(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var value in text)
            count += _meaning[value] >= 0 ? 1 : 0;
        return count;
    }
}
