namespace Rekey.Redaction.Matching;

/// <summary>
/// Which anchors have a gram: open addressing, a slot holds half a hash and a number. Grows under its owner's lock while others read: a slot is
/// written once, in one piece, and never emptied.
/// </summary>
internal sealed class GramTable
{
    private const ulong Spread = 0xC2B2AE3D27D4EB4FUL;
    private readonly ulong[] _slots;
    private readonly int _shift;

    /// <summary>One of two to the power of <paramref name="log2"/> slots.</summary>
    public GramTable(int log2)
    {
        (_slots, _shift) = (new ulong[1 << log2], 64 - log2);
    }

    /// <summary>How many grams it takes before looking one up gets slow.</summary>
    public int Capacity => (int)(0.7 * _slots.Length);

    public int Bytes => _slots.Length * sizeof(ulong);

    public void Add(ulong gram, int number)
    {
        var hash = gram * Spread;
        var slot = (int)(hash >> _shift);
        while (_slots[slot] != 0)
            slot = (slot + 1) & (_slots.Length - 1);
        Volatile.Write(ref _slots[slot], ((ulong)(uint)(number + 1) << 32) | (uint)hash);
    }

    /// <summary>The numbers of a gram, one after another; begin with <paramref name="slot"/> -1. A stranger comes along once in four thousand million.</summary>
    public bool TryNext(ulong gram, ref int slot, out int number)
    {
        var hash = gram * Spread;
        slot = slot < 0 ? (int)(hash >> _shift) : (slot + 1) & (_slots.Length - 1);
        for (; ; slot = (slot + 1) & (_slots.Length - 1))
        {
            var found = Volatile.Read(ref _slots[slot]);
            if (found == 0)
            {
                number = -1;
                return false;
            }
            if ((uint)found != (uint)hash)
                continue;
            number = (int)(found >> 32) - 1;
            return true;
        }
    }

    /// <summary>How many have the gram already, counted up to a bound.</summary>
    public int Crowd(ulong gram, int bound)
    {
        var (slot, crowd) = (-1, 0);
        while (crowd < bound && TryNext(gram, ref slot, out _))
            crowd++;
        return crowd;
    }
}
