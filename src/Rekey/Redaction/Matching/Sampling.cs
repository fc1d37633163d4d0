using System.Numerics;

namespace Rekey.Redaction.Matching;

/// <summary>
/// How sparsely a text is looked at: a gram of so many bytes at every so-manieth position. Whatever is at least
/// <see cref="Shortest"/> bytes long covers a sampled gram wherever it stands.
/// </summary>
internal readonly record struct Sampling(int Stride, int Gram)
{
    private static readonly Sampling[] All = [new(16, 8), new(8, 5), new(4, 5)];

    /// <summary>The shortest thing that cannot be missed.</summary>
    public int Shortest => Stride + Gram - 1;

    /// <summary>The stride is a power of two: this one.</summary>
    public int Log2 => BitOperations.Log2((uint)Stride);

    /// <summary>The bytes of a word that belong to the gram.</summary>
    public ulong Mask => ulong.MaxValue >> (8 * (sizeof(ulong) - Gram));

    /// <summary>
    /// The sparsest that misses nothing of this length and leaves a choice: a piece of half a value can avoid what encoders change, and what a line
    /// break tears.
    /// </summary>
    public static Sampling For(long shortest) => shortest >= All[^1].Shortest
        ? Array.Find(All, sampling => 2 * sampling.Shortest <= shortest) is { Stride: > 0 } found ? found : All[^1]
        : throw new ArgumentOutOfRangeException(nameof(shortest), shortest, $"At least {All[^1].Shortest} bytes are needed.");

    /// <summary>Whether a value of this length wants a closer look than this.</summary>
    public bool IsTooSparseFor(int length) => For(length).Shortest < Shortest;
}
