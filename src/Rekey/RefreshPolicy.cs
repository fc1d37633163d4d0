namespace Rekey;

/// <summary>When to refresh, when to come back after a failure, how long each step may take. Pure arithmetic: no clock, no state.</summary>
public sealed record RefreshPolicy
{
    /// <summary>How long one fetch may take.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one verification may take: five seconds to connect, two for the probe.</summary>
    public TimeSpan VerifyTimeout { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>How often a verification that got no answer is tried before the attempt ends.</summary>
    public int VerifyAttempts { get; init; } = 3;

    /// <summary>How long the consumers may take to get ready.</summary>
    public TimeSpan PrepareTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a revocation may take, and what a shutdown waits for it.</summary>
    public TimeSpan RevokeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a source without an end and without news is asked.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the previous lease stays ready to come back.</summary>
    public TimeSpan ObserveWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many permission failures on the new lease bring the previous one back.</summary>
    public int RollbackAfter { get; init; } = 3;

    /// <summary>How long a drain may take before it is forced.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the source is asked quickly after a service began to refuse what it answers: the window of a single-user rotation.</summary>
    public TimeSpan RotationWindow { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a caller waits for a newer version when the current one is refused.</summary>
    public TimeSpan RejectionWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after an announced change the source may still answer with the old version.</summary>
    public TimeSpan PropagationWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a lease without an end is still used after the authority took the credential away.</summary>
    public TimeSpan RevocationLatency { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether a place with nothing in it took the credential away, as an operator says who says how long it is still used.</summary>
    public bool AbsenceWithdraws { get; init; }

    /// <summary>How long the answer of a health probe is repeated to whoever asks next.</summary>
    public TimeSpan ProbeCache { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One refresh on request each so often…</summary>
    public TimeSpan PaceInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>…after this many at once. A refresh that brought a new version costs nothing, unless it is a lease made for it.</summary>
    public int PaceBurst { get; init; } = 2;

    /// <summary>Whether it does. It does not where each refresh makes a new version at its authority.</summary>
    public bool IsProgressFree { get; init; } = true;

    /// <summary>How long a shutdown waits for an answer that is the only one of its kind.</summary>
    public TimeSpan SettleTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For sessions that are refreshed by using them: an authority is asked three times before a refresh has failed, and no agent can make it
    /// ask without end.
    /// </summary>
    public RefreshPolicy ForSessions() => this with
    {
        FetchTimeout = TimeSpan.FromSeconds(60),
        VerifyTimeout = TimeSpan.FromSeconds(16), // the call's own limit and a second
        PaceInterval = TimeSpan.FromSeconds(30),
        PaceBurst = 5,
        IsProgressFree = false,
    };

    /// <summary>The shortest pause between two attempts of any kind.</summary>
    public static TimeSpan ShortestPause { get; } = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPauseWhenExpired = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestReverify = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long after its issue a lease is renewed or replaced: 60 to 70 % of a renewable life, 70 to 80 % of another, and early
    /// enough for two drains. <paramref name="spread"/> in [0, 1) is stable for one instance, so that replicas part.
    /// </summary>
    public TimeSpan DueAfter(TimeSpan life, bool renewable, double spread)
    {
        if (life < ShortLife)
            return life * (0.5 * (1 - (0.05 * spread)));
        var point = life * ((renewable ? 0.60 : 0.70) + (0.10 * spread));
        var drain = Clamp(((life - point) * 0.5) - TimeSpan.FromSeconds(5), TimeSpan.Zero, DrainLimit);
        var latest = life - (2 * drain) - TimeSpan.FromSeconds(30);
        return latest >= point ? point : Max(latest, life * 0.4);
    }

    /// <summary>
    /// How long to pause after the <paramref name="failures"/>th failure in a row. The nearer the end of what is in use, the shorter;
    /// no longer than <paramref name="longest"/>, unless somebody <paramref name="asked"/> for it. <paramref name="random"/> in [0, 1).
    /// </summary>
    public static TimeSpan RetryAfter(
        int failures, TimeSpan? life, TimeSpan? remaining, TimeSpan? asked, double random, TimeSpan? longest = null)
    {
        var start = life is { } whole ? Min(TimeSpan.FromSeconds(1), whole / 60) : TimeSpan.FromSeconds(1);
        var cap = remaining switch
        {
            null => LongestPause,
            { } left when left <= TimeSpan.Zero => LongestPauseWhenExpired,
            { } left => Clamp(left / 8, ShortestPause, LongestPause),
        };
        var pause = Min(Min(cap, longest ?? cap), start * Math.Pow(2, Math.Min(failures - 1, 20))) * (0.5 + (0.5 * random));
        return Max(Max(pause, ShortestPause), asked ?? TimeSpan.Zero);
    }

    /// <summary>How long to pause inside a rotation window or after an announced change: half a second, doubling to five.</summary>
    public static TimeSpan QuickRetryAfter(int attempt) =>
        Min(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(0.5) * Math.Pow(2, Math.Min(attempt - 1, 10)));

    /// <summary>How long a version that the service refused is not presented to it again: repeated old passwords lock accounts.</summary>
    public static TimeSpan ReverifyAfter(int refusals) =>
        Min(LongestReverify, TimeSpan.FromSeconds(5) * Math.Pow(2, Math.Min(refusals - 1, 10)));

    /// <summary>The pause between two verifications that got no answer.</summary>
    public static TimeSpan VerifyRetryAfter(int attempt) => ShortestPause * Math.Pow(2, attempt - 1);

    /// <summary>The interval of a poll, ten percent either way.</summary>
    public static TimeSpan PollAfter(TimeSpan interval, double random) => Max(interval * (0.9 + (0.2 * random)), ShortestPause);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Clamp(TimeSpan value, TimeSpan low, TimeSpan high) => Max(low, Min(value, high));
}
