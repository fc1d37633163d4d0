using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Vault;

/// <summary>Tokens and the ways to come by one.</summary>
public sealed class VaultTokens(Func<DateTimeOffset> now, Func<string, string> mint)
{
    private readonly Dictionary<string, VaultTokenEntry> _tokens = [];
    private readonly Dictionary<string, (string? SecretId, VaultTokenRole Role)> _appRoles = [];
    private readonly Dictionary<string, (Func<string, bool> Accepts, VaultTokenRole Role)> _jwtRoles = [];
    private readonly Dictionary<string, JsonObject> _wrapped = [];

    /// <summary>Those that are good, the newest last.</summary>
    public IReadOnlyList<VaultTokenEntry> Active => [.. _tokens.Values];

    public int LogIns { get; private set; }

    public int Renewals { get; internal set; }

    public int LookUps { get; internal set; }

    /// <summary>How many were ended by their owner.</summary>
    public int SelfRevoked { get; internal set; }

    /// <summary>A token as an operator makes one; without a life it is a root token.</summary>
    public VaultTokenEntry Create(TimeSpan? life = null, VaultTokenRole? role = null)
    {
        role ??= new VaultTokenRole();
        var made = new VaultTokenEntry
        {
            Id = role.NewId?.Invoke() ?? mint(role.IsBatch ? "hvb." : "hvs."),
            Accessor = role.IsBatch ? "" : Guid.NewGuid().ToString("N"),
            Created = now(),
            TimeToLive = life,
            MaxTimeToLive = role.MaxTimeToLive,
            IsRenewable = life is not null && role.IsRenewable && !role.IsBatch,
            IsBatch = role.IsBatch,
            Allows = role.Allows,
        };
        made.Ends = life is { } ttl ? made.Created + ttl : null;
        if (made.Ends > made.Latest)
            made.Ends = made.Latest;
        return _tokens[made.Id] = made;
    }

    /// <summary>A role of AppRole with its secret id; null binds it to nothing.</summary>
    public void AddAppRole(string roleId, string? secretId, VaultTokenRole? role = null) => _appRoles[roleId] = (secretId, role ?? new VaultTokenRole());

    /// <summary>A role of the Kubernetes or JWT method, and which tokens it believes.</summary>
    public void AddJwtRole(string name, Func<string, bool> accepts, VaultTokenRole? role = null) => _jwtRoles[name] = (accepts, role ?? new VaultTokenRole());

    /// <summary>Puts an answer into a token that opens once.</summary>
    public string Wrap(JsonObject content)
    {
        var token = mint("hvs.wrapping-");
        _wrapped[token] = content;
        return token;
    }

    public VaultTokenEntry? Find(string? id) => id is not null && _tokens.TryGetValue(id, out var found) ? found : null;

    internal bool Remove(VaultTokenEntry token) => _tokens.Remove(token.Id);

    internal HttpReply LogInWithAppRole(JsonObject body) =>
        _appRoles.TryGetValue((string?)body["role_id"] ?? "", out var known) && known.SecretId == (string?)body["secret_id"]
            ? Issue(known.Role)
            : throw new VaultException(400, "invalid role or secret ID");

    internal HttpReply LogInWithJwt(JsonObject body) =>
        _jwtRoles.TryGetValue((string?)body["role"] ?? "", out var known) && known.Accepts((string?)body["jwt"] ?? "")
            ? Issue(known.Role)
            : throw VaultException.Denied;

    internal HttpReply Unwrap(string? token) =>
        token is not null && _wrapped.Remove(token, out var content)
            ? VaultReplies.Secret(content)
            : throw new VaultException(400, "wrapping token is not valid or does not exist");

    internal HttpReply LookUp(VaultTokenEntry token)
    {
        LookUps++;
        var data = new JsonObject
        {
            ["accessor"] = token.Accessor,
            ["creation_time"] = token.Created.ToUnixTimeSeconds(),
            ["creation_ttl"] = VaultReplies.Seconds(token.TimeToLive ?? default),
            ["expire_time"] = token.Ends is { } at ? VaultReplies.Time(at) : null,
            ["explicit_max_ttl"] = 0,
            ["id"] = token.Id,
            ["num_uses"] = 0,
            ["orphan"] = true,
            ["policies"] = new JsonArray(token.TimeToLive is null ? "root" : "default"),
            ["ttl"] = VaultReplies.Seconds(token.Ends - now() ?? default),
            ["type"] = token.IsBatch ? "batch" : "service",
        };
        if (token.TimeToLive is not null)
            data["renewable"] = token.IsRenewable;
        return VaultReplies.Secret(data);
    }

    internal HttpReply Renew(VaultTokenEntry token, JsonObject body)
    {
        if (!token.IsRenewable)
            throw new VaultException(400, "lease is not renewable");
        Renewals++;
        var asked = TimeSpan.FromSeconds((double?)body["increment"] ?? token.TimeToLive!.Value.TotalSeconds);
        var ends = now() + asked;
        var isCapped = ends > token.Latest;
        token.Ends = isCapped ? token.Latest : ends;
        return Granted(token, isCapped ? [VaultReplies.Capped(asked, token.MaxTimeToLive!.Value)] : []);
    }

    private HttpReply Issue(VaultTokenRole role)
    {
        LogIns++;
        return Granted(Create(role.TimeToLive, role), []);
    }

    private HttpReply Granted(VaultTokenEntry token, string[] warnings) => VaultReplies.Secret(
        null,
        auth: new JsonObject
        {
            ["client_token"] = token.Id,
            ["accessor"] = token.Accessor,
            ["policies"] = new JsonArray("default"),
            ["token_policies"] = new JsonArray("default"),
            ["metadata"] = new JsonObject(),
            ["lease_duration"] = VaultReplies.Seconds(token.Ends!.Value - now()),
            ["renewable"] = token.IsRenewable,
            ["entity_id"] = "",
            ["token_type"] = token.IsBatch ? "batch" : "service",
            ["orphan"] = true,
            ["mfa_requirement"] = null,
            ["num_uses"] = 0,
        },
        warnings: warnings);
}
