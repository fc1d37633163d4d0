namespace Rekey;

/// <summary>How a session stands that is refreshed by using it. It holds no value.</summary>
public sealed record SessionStatus
{
    /// <summary>How often it has been refreshed, over all processes and restarts.</summary>
    public long Refreshes { get; init; }

    /// <summary>When that last succeeded.</summary>
    public DateTimeOffset? RefreshedAt { get; init; }

    /// <summary>When it is due next; null when its end alone decides, or nothing refreshes it on a schedule.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether something is in memory that could not be stored, so that a restart would lose it.</summary>
    public bool IsUnsaved { get; init; }

    /// <summary>Whether its authority is being asked.</summary>
    public bool IsRefreshing { get; init; }

    /// <summary>Why it cannot be refreshed at all.</summary>
    public CredentialError? NotRefreshable { get; init; }
}
