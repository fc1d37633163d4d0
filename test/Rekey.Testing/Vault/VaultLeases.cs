using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Vault;

/// <summary>The database engine at <c>database/</c>: logins that live for a while, and logins whose password changes.</summary>
public sealed class VaultLeases(Func<DateTimeOffset> now, Func<string, string> mint)
{
    private readonly Dictionary<string, VaultDatabaseRole> _roles = [];
    private readonly Dictionary<string, VaultStaticRole> _static = [];
    private readonly Dictionary<string, VaultLeaseEntry> _leases = [];

    /// <summary>Those that live.</summary>
    public IReadOnlyList<VaultLeaseEntry> Active => [.. _leases.Values];

    public int Issued { get; private set; }

    public int Renewed { get; private set; }

    /// <summary>Ended early by their owner.</summary>
    public int Revoked { get; private set; }

    /// <summary>Ended by their time, or with the token that they were issued under.</summary>
    public int Expired { get; private set; }

    /// <summary>Of those that expired, the ones that nothing kept their owner from giving back.</summary>
    public int Forgotten { get; private set; }

    /// <summary>Extensions that came back shorter than asked for.</summary>
    public int Truncated { get; private set; }

    /// <summary>The next extensions are cut to this part of what was asked, whatever the longest life is.</summary>
    public double? Cut { get; set; }

    public VaultDatabaseRole Add(VaultDatabaseRole role) => _roles[role.Name] = role;

    public VaultStaticRole Add(VaultStaticRole role)
    {
        role.Rotated = now();
        if (role.Password.Length == 0)
            role.Password = mint("static-password-");
        return _static[role.Name] = role;
    }

    internal async Task<HttpReply> IssueAsync(string name, VaultTokenEntry token)
    {
        if (!_roles.TryGetValue(name, out var role))
            throw new VaultException(400, $"unknown role: {name}");
        Issued++;
        var (user, password) = ($"v-token-{name}-{Issued}", role.NewPassword?.Invoke() ?? mint("password-"));
        await role.Create(user, password);
        var lease = new VaultLeaseEntry
        {
            Id = $"database/creds/{name}/{Guid.NewGuid():N}",
            Token = token,
            Role = role,
            UserName = user,
            Issued = now(),
        };
        lease.Ends = lease.Issued + (role.TimeToLive < role.MaxTimeToLive ? role.TimeToLive : role.MaxTimeToLive);
        _leases[lease.Id] = lease;
        return VaultReplies.Secret(
            new JsonObject { ["password"] = password, ["username"] = user }, leaseId: lease.Id, renewable: role.IsRenewable,
            duration: VaultReplies.Seconds(lease.Ends - lease.Issued));
    }

    internal HttpReply Renew(JsonObject body)
    {
        var lease = Find(body);
        if (!lease.Role.IsRenewable)
            throw new VaultException(400, "lease is not renewable");
        Renewed++;
        var asked = (double?)body["increment"] is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : lease.Role.TimeToLive;
        var latest = Cut is { } part ? now() + (asked * part) : lease.Latest;
        var isCapped = now() + asked > latest;
        lease.Ends = isCapped ? latest : now() + asked;
        if (Cut is not null)
            lease.Trouble ??= "cut short"; // to less than it may take to let go of it
        if (isCapped)
            Truncated++;
        return VaultReplies.Secret(
            null, leaseId: lease.Id, renewable: true, duration: VaultReplies.Seconds(lease.Ends - now()),
            warnings: isCapped ? [VaultReplies.Capped(asked, lease.Role.MaxTimeToLive)] : []);
    }

    internal async Task<HttpReply> RevokeAsync(JsonObject body)
    {
        var lease = Find(body);
        _leases.Remove(lease.Id);
        Revoked++;
        await lease.Role.Revoke(lease.UserName);
        return VaultReplies.NoContent;
    }

    /// <summary>What stood on the token ends with it.</summary>
    internal async Task EndAllOfAsync(VaultTokenEntry token, string? trouble)
    {
        foreach (var lease in Active.Where(lease => lease.Token == token))
        {
            lease.Trouble ??= trouble;
            await ExpireAsync(lease);
        }
    }

    /// <summary>The owner will never hear of the lease that was issued last.</summary>
    internal void LoseNewest()
    {
        if (Active.MaxBy(static lease => lease.Issued) is { } newest)
            newest.Trouble = "answer lost";
    }

    /// <summary>The owner gives a lease back, and nobody is there to take it.</summary>
    internal void MissRevocation(JsonObject body)
    {
        if (_leases.TryGetValue((string?)body["lease_id"] ?? "", out var lease))
            lease.Trouble ??= "away";
    }

    /// <summary>Ends a lease as its time would.</summary>
    public async Task ExpireAsync(VaultLeaseEntry lease)
    {
        if (!_leases.Remove(lease.Id))
            return;
        Expired++;
        if (lease.Trouble is null)
            Forgotten++;
        await lease.Role.Revoke(lease.UserName);
    }

    /// <summary>Ends what is over, and changes the passwords that are due.</summary>
    internal async Task SweepAsync()
    {
        foreach (var lease in Active.Where(lease => lease.Ends <= now()))
            await ExpireAsync(lease);
        foreach (var role in _static.Values.Where(role => role.Rotated + role.Period <= now()))
        {
            (role.Password, role.Rotated) = (mint("static-password-"), now());
            await role.Rotate(role.UserName, role.Password);
        }
    }

    internal HttpReply ReadStatic(string name)
    {
        if (!_static.TryGetValue(name, out var role))
            throw new VaultException(400, "unknown role: " + name);
        return VaultReplies.Secret(new JsonObject
        {
            ["last_vault_rotation"] = VaultReplies.Time(role.Rotated),
            ["password"] = role.Password,
            ["rotation_period"] = VaultReplies.Seconds(role.Period),
            ["ttl"] = VaultReplies.Seconds(role.Rotated + role.Period - now()),
            ["username"] = role.UserName,
        });
    }

    private VaultLeaseEntry Find(JsonObject body) =>
        _leases.TryGetValue((string?)body["lease_id"] ?? "", out var lease) ? lease : throw new VaultException(400, "lease not found");
}
