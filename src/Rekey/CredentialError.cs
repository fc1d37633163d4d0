namespace Rekey;

/// <summary>What kind of failure it was: it decides what the lifecycle does next.</summary>
public enum FailureKind
{
    /// <summary>No answer, or nothing there yet: keep what works, come back later, let the next source try.</summary>
    Unavailable,

    /// <summary>An authority said no: asking again at once would not help.</summary>
    Refused,

    /// <summary>An answer came and cannot be used.</summary>
    Invalid,

    /// <summary>Only a human act, a change at the source or a restart helps: nothing is tried on a schedule.</summary>
    NeedsUser,
}

/// <summary>A failure in our own words: written from types and codes, never from a third party's message.</summary>
/// <param name="Code">The stable code; <c>docs/errors.md</c> lists all of them.</param>
/// <param name="Message">What happened, with names and never with values.</param>
/// <param name="Retryable">Whether the same call can succeed later without anybody changing anything.</param>
/// <param name="NextStep">What the agent or the human does next.</param>
public sealed record CredentialError(string Code, string Message, bool Retryable, string? NextStep = null)
{
    /// <summary>What the lifecycle does about it.</summary>
    public FailureKind Kind { get; init; } = FailureKind.Unavailable;

    /// <summary>
    /// Whether the authority took the credential away: deleted it, or ended our right to it. What was fetched before is then used
    /// for <see cref="RefreshPolicy.RevocationLatency"/> at the longest.
    /// </summary>
    public bool IsWithdrawal { get; init; }

    /// <summary>
    /// Whether there is nothing at its place and nobody said why: deleted on purpose, or out of reach for a moment. It counts as a withdrawal only where
    /// <see cref="RefreshPolicy.AbsenceWithdraws"/>.
    /// </summary>
    public bool IsAbsence { get; init; }

    /// <summary>How long the authority asked us to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The credential this one stands on, when the failure is really that one's.</summary>
    public string? Parent { get; init; }
}
