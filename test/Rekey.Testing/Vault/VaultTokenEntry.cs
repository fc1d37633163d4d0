namespace Rekey.Testing.Vault;

/// <summary>A token in Vault's own books.</summary>
public sealed record VaultTokenEntry
{
    public required string Id { get; init; }

    public required string Accessor { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>How long it lives at first and after each extension; null for a root token.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Beyond which nothing extends it.</summary>
    public TimeSpan? MaxTimeToLive { get; init; }

    public bool IsRenewable { get; init; } = true;

    /// <summary>A batch token is written down nowhere: it has no accessor, and cannot be extended or revoked.</summary>
    public bool IsBatch { get; init; }

    /// <summary>What its policies let it do; the default policy lets it look after itself.</summary>
    public Func<string, bool> Allows { get; init; } = static _ => true;

    public DateTimeOffset? Ends { get; internal set; }

    internal DateTimeOffset? Latest => MaxTimeToLive is { } longest ? Created + longest : null;
}

/// <summary>How the tokens of a login are made.</summary>
public sealed record VaultTokenRole
{
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan? MaxTimeToLive { get; init; }

    public bool IsRenewable { get; init; } = true;

    public bool IsBatch { get; init; }

    public Func<string, bool> Allows { get; init; } = static _ => true;

    /// <summary>What the next token is; null for one that nobody has ever had.</summary>
    public Func<string>? NewId { get; init; }
}
