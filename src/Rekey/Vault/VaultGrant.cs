using System.Text.Json;

namespace Rekey.Vault;

/// <summary>How long something lives, as Vault says it of tokens and of leases.</summary>
/// <param name="Life">Null when there is no end.</param>
/// <param name="IsRenewable">Whether Vault extends it.</param>
/// <param name="Id">Its name: the accessor of a token, the id of a lease.</param>
/// <param name="HasWarnings">Whether Vault did something else than was asked.</param>
internal sealed record VaultGrant(TimeSpan? Life, bool IsRenewable, string? Id, bool HasWarnings)
{
    private const double Nearly = 0.9;

    /// <summary>Of a token that has been issued or extended.</summary>
    public static VaultGrant OfToken(VaultReply reply)
    {
        var token = reply.Body.Member("auth") ?? default;
        return Read(reply, token, token.Text("accessor"));
    }

    /// <summary>Of a secret that has been issued or extended.</summary>
    public static VaultGrant OfLease(VaultReply reply) => Read(reply, reply.Body, reply.Body.Text("lease_id"));

    /// <summary>Whether it falls short of what was asked for: its longest life is near, or over, where no time at all is granted.</summary>
    public bool FallsShortOf(TimeSpan? asked) =>
        asked is { } wanted && (Life is not { } life || life < wanted * Nearly || (HasWarnings && life < wanted));

    /// <summary>What it means as the extension of a lease. Where nothing is left to be granted, the end stays where it was.</summary>
    public SourceAnswer<TCredential> Extending<TCredential>(Lease<TCredential> lease)
        where TCredential : class, ICredential => new(lease.Credential)
        {
            TimeToLive = Life,
            ExpiresAt = Life is null && lease.Granted is not null ? lease.Term.Expires?.Wall : null,
            IsRenewable = IsRenewable,
            IsTruncated = FallsShortOf(lease.Granted),
            LeaseId = lease.LeaseId,
        };

    private static VaultGrant Read(VaultReply reply, JsonElement granted, string? id) => new(
        VaultReply.Life(granted, "lease_duration"), VaultReply.Is(granted, "renewable"), id,
        reply.Body.Member("warnings") is { ValueKind: JsonValueKind.Array } warnings && warnings.GetArrayLength() > 0);
}
