namespace Rekey.Redaction.Matching;

/// <summary>
/// How sparsely a text is looked at: a gram of so many bytes at every so-manieth position. Whatever is at least
/// <see cref="Shortest"/> bytes long covers a sampled gram wherever it stands.
/// </summary>
internal readonly record struct Sampling(int Stride, int Gram)
{
    private static readonly Sampling[] All = [new(16, 8), new(8, 8), new(8, 5), new(4, 5)];

    /// <summary>The shortest thing that cannot be missed.</summary>
    public int Shortest => Stride + Gram - 1;

    /// <summary>The bytes of a word that belong to the gram.</summary>
    public ulong Mask => ulong.MaxValue >> (8 * (sizeof(ulong) - Gram));

    /// <summary>The sparsest that misses nothing of this length.</summary>
    public static Sampling For(int shortest) => Array.Find(All, sampling => sampling.Shortest <= shortest) is { Stride: > 0 } found
        ? found
        : throw new ArgumentOutOfRangeException(nameof(shortest), shortest, $"At least {All[^1].Shortest} bytes are needed.");
}
