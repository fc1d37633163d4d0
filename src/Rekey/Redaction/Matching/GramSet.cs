namespace Rekey.Redaction.Matching;

/// <summary>Remembers four bytes in a row, many times, and takes a few for known that it was never told.</summary>
internal sealed class GramSet
{
    private const int Log2 = 17;

    private readonly ulong[] _bits = new ulong[1 << (Log2 - 6)];

    public void Add(uint gram) => _bits[BitOf(gram) >> 6] |= 1UL << BitOf(gram);

    public bool Contains(uint gram) => (_bits[BitOf(gram) >> 6] & (1UL << BitOf(gram))) != 0;

    private static int BitOf(uint gram) => (int)((gram * 0x9E3779B1u) >> (32 - Log2));
}
