namespace Rekey;

/// <summary>How a credential is.</summary>
public enum CredentialPhase
{
    /// <summary>Nothing has been obtained yet and nothing has failed.</summary>
    Starting,

    /// <summary>A lease is in use and nothing is wrong.</summary>
    Ready,

    /// <summary>Its time to be refreshed has come.</summary>
    RefreshDue,

    /// <summary>A lease is in use, but its refresh fails or a fallback answered.</summary>
    Degraded,

    /// <summary>Less than a tenth of its life is left.</summary>
    Expiring,

    /// <summary>The lease has ended, or there never was one.</summary>
    Expired,

    /// <summary>The service refuses it.</summary>
    Rejected,

    /// <summary>A human must act.</summary>
    NeedsUserAction,
}

/// <summary>A picture of one credential for people and tools. It holds no value and no length of one.</summary>
public sealed record CredentialStatus
{
    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>What it is: database, value…</summary>
    public required string Kind { get; init; }

    /// <summary>How it is.</summary>
    public required CredentialPhase Phase { get; init; }

    /// <summary>Where it is configured to come from.</summary>
    public required string Source { get; init; }

    /// <summary>Which source answered.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>Whether its content can change while the process runs.</summary>
    public bool CanRotate { get; init; } = true;

    /// <summary>Whether the server counts as unhealthy without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether a verifier proved the lease in use.</summary>
    public bool IsVerified { get; init; }

    /// <summary>A short name of the content, good in this process only.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Counts the leases.</summary>
    public long? Lease { get; init; }

    /// <summary>When the lease in use was issued.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the source is looked at next.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When it was looked at last.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>When that last succeeded.</summary>
    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }

    /// <summary>The last failure, when it was the last word.</summary>
    public CredentialError? LastError { get; init; }

    /// <summary>What is wrong with the source although it works.</summary>
    public CredentialError? Warning { get; init; }

    /// <summary>The credential this one stands on.</summary>
    public string? Parent { get; init; }

    /// <summary>Whether the previous lease can still come back.</summary>
    public bool HasStandby { get; init; }

    /// <summary>Leases that were replaced and are still in use.</summary>
    public int Draining { get; init; }

    /// <summary>Leases issued so far.</summary>
    public long Issued { get; init; }

    /// <summary>Leases that nothing uses any longer.</summary>
    public long Ended { get; init; }
}
