namespace Rekey;

/// <summary>The order in which things happen in this process, for which clocks are too coarse.</summary>
internal static class Sequence
{
    private static long _last;

    public static long Next() => Interlocked.Increment(ref _last);
}
