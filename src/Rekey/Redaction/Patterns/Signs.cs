using System.Numerics;

namespace Rekey.Redaction.Patterns;

/// <summary>
/// Finds where three bytes in a row may be part of a pattern. The groups hold what mixes well: what they find beside their
/// signs is rare in text, and whoever reads on tells it apart.
/// </summary>
internal ref struct Signs(ReadOnlySpan<byte> text)
{
    private static readonly SignGroups Table = new(
        // The last letters of a key and its equals sign: password= pwd= AccountKey= secret= token= signature= passphrase=
        [["rweRWEsS", "dytneDYTNE", "="]],
        [[null, " \t", "="]],
        // :// and, as JSON may write it, :\/\/
        [[":\\", "/", "/\\"]],
        // %2F%2F and %252F%252F, sk- sk_live_ rk_live_, -----BEGIN
        [["2", "fF", "%"], ["sr", "k", "-_"], ["-", "-", "B"]],
        // ghp_ … glpat-, hvs. …, npm_
        [["g", "hl", "pousr"], ["h", "v", "sbr"], ["n", "p", "m"]],
        // xoxb- … xapp-, pypi-, github_pat_
        [["x", "oa", "xp"], ["p", "y", "p"], ["b", "_", "p"]],
        // eyJ, AIza, dop_v1_
        [["e", "y", "J"], ["A", "I", "z"], ["_", "v", "1"]],
        // SG., ya29.
        [["S", "G", "."], ["a", "2", "9"]]);

    private static int Needed => SignGroups.Width + SignGroups.SignLength - 1;

    private readonly ReadOnlySpan<byte> _text = text;
    private ulong _mask;
    private int _block;
    private int _next;

    /// <summary>Where the sign begins.</summary>
    public int At { get; private set; }

    public bool MoveNext()
    {
        while (_mask == 0)
        {
            if (_next > _text.Length - SignGroups.SignLength)
                return false;
            _block = _next;
            _mask = _text.Length - _block >= Needed ? Table.SignsIn(_text.Slice(_block, Needed)) : SignsInRest(_text[_block..]);
            _next += SignGroups.Width;
        }
        At = _block + BitOperations.TrailingZeroCount(_mask);
        _mask &= _mask - 1;
        return true;
    }

    private static ulong SignsInRest(ReadOnlySpan<byte> rest)
    {
        Span<byte> padded = stackalloc byte[Needed];
        padded.Clear();
        rest.CopyTo(padded);
        return Table.SignsIn(padded);
    }
}
