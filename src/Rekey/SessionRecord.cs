namespace Rekey;

/// <summary>What a store keeps of one session, so that neither a restart nor a crash loses it.</summary>
public sealed record SessionRecord
{
    /// <summary>What is in use.</summary>
    public required SessionState Current { get; init; }

    /// <summary>What a refresh obtained and nobody has proved yet: written before anything else is done with it.</summary>
    public SessionState? Pending { get; init; }

    /// <summary>How often it has been refreshed, over all processes and restarts.</summary>
    public long Refreshes { get; init; }

    /// <summary>When a refresh was last begun.</summary>
    public DateTimeOffset? AttemptedAt { get; init; }

    /// <summary>
    /// Salted digests of the configured values that it began with, the newest last. Configured values that are not among them are
    /// newer than the record.
    /// </summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Prints no secret.</summary>
    public override string ToString() => Secret.Marker;
}
