namespace Rekey;

/// <summary>What can happen to a credential.</summary>
public enum CredentialEventKind
{
    /// <summary>Its source delivered another version than the one in use.</summary>
    Rotated,

    /// <summary>Another lease is in use now.</summary>
    Swapped,

    /// <summary>Its authority extended the lease in use.</summary>
    Renewed,

    /// <summary>Its authority granted a newer session.</summary>
    Refreshed,

    /// <summary>One attempt of a refresh failed; it is tried again.</summary>
    AttemptFailed,

    /// <summary>A refresh failed; what worked stays in use.</summary>
    Failed,

    /// <summary>A service refused the lease in use.</summary>
    Rejected,

    /// <summary>The previous lease came back.</summary>
    RolledBack,

    /// <summary>A human signed in.</summary>
    SignedIn,

    /// <summary>Nothing uses a replaced lease any longer.</summary>
    Drained,

    /// <summary>A lease was ended at its authority.</summary>
    Revoked,
}

/// <summary>Something that happened to a credential: names, codes and fingerprints, never a value.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Credential">To which credential.</param>
/// <param name="Kind">What happened.</param>
public sealed record CredentialEvent(DateTimeOffset At, string Credential, CredentialEventKind Kind)
{
    /// <summary>Which version it is about.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Which source answered.</summary>
    public string? Source { get; init; }

    /// <summary>Why it failed.</summary>
    public CredentialError? Error { get; init; }

    /// <summary>Which attempt of one refresh it was, counted from one.</summary>
    public int? Attempt { get; init; }
}
