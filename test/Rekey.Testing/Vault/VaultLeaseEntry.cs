namespace Rekey.Testing.Vault;

/// <summary>A lease in Vault's own books.</summary>
public sealed record VaultLeaseEntry
{
    public required string Id { get; init; }

    /// <summary>The token it was issued under, and dies with.</summary>
    public required VaultTokenEntry Token { get; init; }

    public required VaultDatabaseRole Role { get; init; }

    public required string UserName { get; init; }

    public required DateTimeOffset Issued { get; init; }

    public DateTimeOffset Ends { get; internal set; }

    /// <summary>What keeps its owner from giving it back, and is not the owner's fault: a lost answer, a Vault that is away, a token that was taken away.</summary>
    public string? Trouble { get; internal set; }

    internal DateTimeOffset Latest => Issued + Role.MaxTimeToLive;
}
