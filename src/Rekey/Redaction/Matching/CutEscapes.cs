using System.Buffers;
using System.Text;

namespace Rekey.Redaction.Matching;

/// <summary>
/// Tells whether a text ends within an escape, so that what it stands for depends on what comes next. What can no longer become one is not cut:
/// the <c>\d</c> of a directory, a per cent sign before a space.
/// </summary>
internal static class CutEscapes
{
    private const int SurrogateLength = 6;

    private static readonly SearchValues<byte> Octal = SearchValues.Create("01234567"u8);
    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);
    private static readonly byte[][] Names = [.. new[] { "lt;", "gt;", "amp;", "quot;", "apos;", "nbsp;" }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Whether the text is the beginning of an escape, and no more than that.</summary>
    public static bool IsCut(ReadOnlySpan<byte> text) => text.Length <= Decoding.LongestColour + 2 && text switch
    {
        [(byte)'\\', (byte)'u', .. var code] => IsCutUnicode(code),
        [(byte)'\\', (byte)'x', .. var code] => IsCut(code, 2, Hex),
        [(byte)'\\', >= (byte)'0' and <= (byte)'3', .. var code] => IsCut(code, 2, Octal),
        [(byte)'\\', .. var rest] => rest.IsEmpty,
        [(byte)'%', .. var code] => IsCut(code, 2, Hex),
        [(byte)'&', .. var entity] => entity.Length < Decoding.LongestEntity && IsCutEntity(entity),
        [(byte)'\e', (byte)'[', .. var parameters] => parameters.Length < Decoding.LongestColour && !parameters.ContainsAnyInRange((byte)'@', (byte)'~'),
        [(byte)'\e'] => true,
        _ => false,
    };

    private static bool IsCut(ReadOnlySpan<byte> code, int length, SearchValues<byte> digits) =>
        code.Length < length && !code.ContainsAnyExcept(digits);

    // The first half of a pair means nothing without the second.
    private static bool IsCutUnicode(ReadOnlySpan<byte> code)
    {
        if (code.Length < 4)
            return !code.ContainsAnyExcept(Hex);
        return code[0] is (byte)'d' or (byte)'D' && code[1] is (byte)'8' or (byte)'9' or (byte)'a' or (byte)'b' or (byte)'A' or (byte)'B'
            && code[4..] is var low && low.Length < SurrogateLength && IsBeginning(low);
    }

    private static bool IsBeginning(ReadOnlySpan<byte> surrogate) => surrogate switch
    {
        [] or [(byte)'\\'] => true,
        [(byte)'\\', (byte)'u', .. var code] => IsCut(code, 4, Hex),
        _ => false,
    };

    private static bool IsCutEntity(ReadOnlySpan<byte> entity)
    {
        if (entity is [(byte)'#', (byte)'x' or (byte)'X', .. var hex])
            return !hex.ContainsAnyExcept(Hex);
        if (entity is [(byte)'#', .. var digits])
            return !digits.ContainsAnyExcept(Digits);
        foreach (var name in Names)
        {
            if (name.Length > entity.Length && name.AsSpan().StartsWith(entity))
                return true;
        }
        return false;
    }
}
