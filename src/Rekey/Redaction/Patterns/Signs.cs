using System.Numerics;

namespace Rekey.Redaction.Patterns;

/// <summary>
/// Finds where a pattern may be: three bytes in a row that each pattern has. A wide look finds them among others of their group;
/// a table of their hashes then drops the others. Both are free of branches, which no clean text would let the processor foresee.
/// </summary>
internal ref struct Signs(ReadOnlySpan<byte> text)
{
    /// <summary>How many places have room in the buffer of a batch.</summary>
    public const int Room = Enough + SignGroups.Width;

    private const int Enough = 192;
    private const int Likely = 4;
    private const int HashBits = 12;
    private const int Needed = SignGroups.Width + SignGroups.SignLength - 1;

    private static readonly string[][][] Groups =
    [
        // password= pwd= passwd=, AccountKey= secret= token=, signature= passphrase=
        [["rwRW", "dD", "="], ["eE", "ytnYTN", "="], ["rsRS", "eE", "="]],
        [["dytneDYTNE \t", " \t", "="]],
        // :// and, as JSON may write it, :\/\/
        [[":", "/", "/"], ["\\", "/", "\\"]],
        // %2F%2F and %252F%252F, sk- sk_live_ rk_live_, -----BEGIN
        [["2", "fF", "%"], ["s", "k", "-_"], ["r", "k", "_"], ["-", "-", "B"]],
        // ghp_ … glpat-, hvs. …, npm_
        [["g", "h", "pousr"], ["g", "l", "p"], ["h", "v", "sbr"], ["n", "p", "m"]],
        // xoxb- … xapp-, pypi-, github_pat_
        [["x", "o", "x"], ["x", "a", "p"], ["p", "y", "p"], ["b", "_", "p"]],
        // eyJ, AIza, dop_v1_
        [["e", "y", "J"], ["A", "I", "z"], ["_", "v", "1"]],
        // SG., ya29.
        [["S", "G", "."], ["a", "2", "9"]],
    ];

    private static readonly SignGroups Wide = new(Groups);
    private static readonly byte[] IsSign = Hashes();

    private readonly ReadOnlySpan<byte> _text = text;
    private int _next;

    /// <summary>Writes the places of the next signs, in order. False at the end of the text.</summary>
    public bool TryRead(scoped Span<int> places, out int count)
    {
        var found = 0;
        for (; found < Enough && _text.Length - _next >= Needed; _next += SignGroups.Width)
            found = Write(Wide.SignsIn(_text.Slice(_next, Needed)), _next, places, found);
        if (found < Enough && _next <= _text.Length - SignGroups.SignLength)
        {
            found = Write(SignsInRest(_text[_next..]), _next, places, found);
            _next += SignGroups.Width;
        }
        count = Sift(places[..found]);
        return found > 0 || _next <= _text.Length - SignGroups.SignLength;
    }

    /// <summary>Writes some places whether there are so many or not.</summary>
    private static int Write(ulong signs, int block, Span<int> places, int found)
    {
        var count = BitOperations.PopCount(signs);
        var likely = places.Slice(found, Likely);
        for (var i = 0; i < likely.Length; i++, signs &= signs - 1)
            likely[i] = block + BitOperations.TrailingZeroCount(signs);
        for (var i = Likely; i < count; i++, signs &= signs - 1)
            places[found + i] = block + BitOperations.TrailingZeroCount(signs);
        return found + count;
    }

    private readonly int Sift(scoped Span<int> places)
    {
        var kept = 0;
        foreach (var place in places)
        {
            places[kept] = place;
            kept += IsSign[Hash(_text[place], _text[place + 1], _text[place + 2])];
        }
        return kept;
    }

    private static ulong SignsInRest(ReadOnlySpan<byte> rest)
    {
        Span<byte> padded = stackalloc byte[Needed];
        padded.Clear();
        rest[..Math.Min(rest.Length, Needed)].CopyTo(padded);
        return Wide.SignsIn(padded);
    }

    private static int Hash(int first, int second, int third) => (int)(((uint)(first | (second << 8) | (third << 16)) * 0x9E3779B1u) >> (32 - HashBits));

    private static byte[] Hashes()
    {
        var hashes = new byte[1 << HashBits];
        foreach (var sign in Groups.SelectMany(static group => group))
        {
            foreach (var first in sign[0])
            {
                foreach (var second in sign[1])
                {
                    foreach (var third in sign[2])
                        hashes[Hash(first, second, third)] = 1;
                }
            }
        }
        return hashes;
    }
}
