using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rekey.Redaction.Patterns;

/// <summary>
/// Looks up three bytes in a row by their halves, at many places at once: each half answers with the groups of signs that have
/// such a byte there, one bit a group, and a place is a sign when all six answers share a group.
/// </summary>
internal sealed class SignGroups
{
    public const int SignLength = 3;

    /// <summary>How many places are looked at together.</summary>
    public const int Width = 64;

    private readonly Vector512<byte> _low0, _high0, _low1, _high1, _low2, _high2;

    /// <summary>A sign has a set of letters for each of its bytes.</summary>
    public SignGroups(string[][][] groups)
    {
        (_low0, _high0) = Halves(groups, 0);
        (_low1, _high1) = Halves(groups, 1);
        (_low2, _high2) = Halves(groups, 2);
    }

    /// <summary>The places of signs in so many bytes and the two behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong SignsIn(ReadOnlySpan<byte> bytes)
    {
        if (!Vector512.IsHardwareAccelerated)
            return Narrow(bytes) | (Narrow(bytes[16..]) << 16) | (Narrow(bytes[32..]) << 32) | (Narrow(bytes[48..]) << 48);
        var shared = Look(_low0, _high0, Vector512.Create(bytes)) & Look(_low1, _high1, Vector512.Create(bytes[1..])) & Look(_low2, _high2, Vector512.Create(bytes[2..]));
        return (~Vector512.Equals(shared, Vector512<byte>.Zero)).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Narrow(ReadOnlySpan<byte> bytes)
    {
        var shared = Look(_low0, _high0, Vector128.Create(bytes)) & Look(_low1, _high1, Vector128.Create(bytes[1..])) & Look(_low2, _high2, Vector128.Create(bytes[2..]));
        return (~Vector128.Equals(shared, Vector128<byte>.Zero)).ExtractMostSignificantBits();
    }

    private static Vector512<byte> Look(Vector512<byte> low, Vector512<byte> high, Vector512<byte> bytes) =>
        Vector512.ShuffleNative(low, bytes & Vector512.Create((byte)0x0F)) & Vector512.ShuffleNative(high, bytes >>> 4);

    private static Vector128<byte> Look(Vector512<byte> low, Vector512<byte> high, Vector128<byte> bytes) =>
        Vector128.ShuffleNative(low.GetLower().GetLower(), bytes & Vector128.Create((byte)0x0F)) & Vector128.ShuffleNative(high.GetLower().GetLower(), bytes >>> 4);

    /// <summary>Sixteen answers for the lower half of a byte and sixteen for the upper, repeated to fill the widest vector.</summary>
    private static (Vector512<byte> Low, Vector512<byte> High) Halves(string[][][] groups, int place)
    {
        Span<byte> low = stackalloc byte[64], high = stackalloc byte[64];
        low.Clear();
        high.Clear();
        for (var group = 0; group < groups.Length; group++)
        {
            foreach (var sign in groups[group])
            {
                for (var value = 0; value < 256; value++)
                {
                    if (!sign[place].Contains((char)value))
                        continue;
                    for (var lane = 0; lane < 64; lane += 16)
                    {
                        low[lane + (value & 15)] |= (byte)(1 << group);
                        high[lane + (value >> 4)] |= (byte)(1 << group);
                    }
                }
            }
        }
        return (Vector512.Create<byte>(low), Vector512.Create<byte>(high));
    }
}
