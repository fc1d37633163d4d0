using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Vault;

/// <summary>
/// A Vault on loopback with its true wire format: logins, tokens with the tree of leases below them, two key-value engines, a database
/// engine, and faults on request. What was asked is done before a wire fault strikes.
/// </summary>
public sealed class VaultServer : IAsyncDisposable
{
    public const string AppRolePath = "/v1/auth/approle/login";
    public const string LookUpPath = "/v1/auth/token/lookup-self";
    public const string RenewSelfPath = "/v1/auth/token/renew-self";
    public const string RenewPath = "/v1/sys/leases/renew";
    public const string RevokePath = "/v1/sys/leases/revoke";

    private readonly TimeProvider _time;
    private readonly Func<string, string> _plant;
    private readonly LoopbackHttpServer _http;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpCall, Task<HttpReply>>>> _scripts = new();
    private int _minted;

    /// <summary>Every secret that is given out goes through <paramref name="plant"/> first.</summary>
    public VaultServer(TimeProvider time, Func<string, string> plant)
    {
        (_time, _plant) = (time, plant);
        Tokens = new VaultTokens(time.GetUtcNow, Mint);
        Leases = new VaultLeases(time.GetUtcNow, Mint);
        KeyValues = new VaultKeyValues(time.GetUtcNow);
        _http = new LoopbackHttpServer((call, _) => AnswerAsync(call), time);
    }

    public Uri Address => _http.Address;

    public VaultTokens Tokens { get; }

    public VaultLeases Leases { get; }

    public VaultKeyValues KeyValues { get; }

    /// <summary>While it is set, everything is answered with it and nothing is done: sealed, standby, out of order.</summary>
    public HttpReply? Mode { get; set; }

    /// <summary>The namespace in which everything is; calls to another one find nothing.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Every call, in order.</summary>
    public ConcurrentQueue<HttpCall> Calls { get; } = new();

    public static HttpReply Sealed { get; } = new VaultException(503, "Vault is sealed").Reply;

    /// <summary>How often a path was called; one that ends in a slash means everything below it.</summary>
    public int Count(string path) => Calls.Count(call => path.EndsWith('/') ? call.Path.StartsWith(path, StringComparison.Ordinal) : call.Path == path);

    /// <summary>A standby that names the active node.</summary>
    public static HttpReply StandbyOf(Uri active, string path) =>
        new(307, "") { Headers = new Dictionary<string, string> { ["Location"] = new Uri(active, path).AbsoluteUri } };

    /// <summary>The next call to the path is answered with this, and nothing is done.</summary>
    public VaultServer Answer(string path, HttpReply reply) => Script(path, _ => Task.FromResult(reply));

    /// <summary>The next call to the path is done, and its reply meets this fault.</summary>
    public VaultServer Break(string path, WireFault fault) => Script(path, async call =>
    {
        var issued = Leases.Issued;
        var reply = await DoAsync(call);
        if (Leases.Issued > issued)
            Leases.LoseNewest();
        return reply with { Fault = fault };
    });

    /// <summary>The next call to the path is done, and its reply is changed.</summary>
    public VaultServer Change(string path, Action<JsonObject> change) => Script(path, async call => Changed(await DoAsync(call), change));

    /// <summary>Changes what is answered to every call that is answered well.</summary>
    public Action<string, JsonObject>? ChangeAll { get; set; }

    /// <summary>What happens at the next call to the path.</summary>
    public VaultServer Script(string path, Func<HttpCall, Task<HttpReply>> answer)
    {
        _scripts.GetOrAdd(path, static _ => new()).Enqueue(answer);
        return this;
    }

    /// <summary>Ends a token, and everything that stands on it.</summary>
    public async Task RevokeAsync(VaultTokenEntry token)
    {
        await _one.WaitAsync();
        try
        {
            await EndAsync(token, "token lost");
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Ends what is over by now; otherwise that is found at the next call.</summary>
    public async Task SweepAsync()
    {
        await _one.WaitAsync();
        try
        {
            await SweepCoreAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private async Task<HttpReply> AnswerAsync(HttpCall call)
    {
        Calls.Enqueue(call);
        await _one.WaitAsync();
        try
        {
            await SweepCoreAsync();
            if (Mode is { } mode)
            {
                if (call.Path == RevokePath)
                    Leases.MissRevocation(JsonNode.Parse(call.Text)!.AsObject());
                return mode;
            }
            return _scripts.TryGetValue(call.Path, out var script) && script.TryDequeue(out var next) ? await next(call) : await DoAsync(call);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task SweepCoreAsync()
    {
        foreach (var token in Tokens.Active.Where(token => token.Ends <= _time.GetUtcNow()))
            await EndAsync(token);
        await Leases.SweepAsync();
    }

    private async Task EndAsync(VaultTokenEntry token, string? trouble = null)
    {
        if (Tokens.Remove(token))
            await Leases.EndAllOfAsync(token, trouble);
    }

    private async Task<HttpReply> DoAsync(HttpCall call)
    {
        try
        {
            if (call.Header("X-Vault-Request") != "true")
                throw new VaultException(403, "missing required header");
            var reply = await RouteAsync(call);
            return ChangeAll is { } change && reply.Status == 200 ? Changed(reply, body => change(call.Path, body)) : reply;
        }
        catch (VaultException refusal)
        {
            return refusal.Reply;
        }
    }

    private async Task<HttpReply> RouteAsync(HttpCall call)
    {
        var body = call.Body.Length > 0 ? JsonNode.Parse(call.Text)!.AsObject() : [];
        var isHere = (call.Header("X-Vault-Namespace") ?? "") == Namespace;
        if (!call.Path.StartsWith("/v1/", StringComparison.Ordinal) || !isHere)
            throw new VaultException(404, "no handler for route");
        var path = call.Path["/v1/".Length..];
        switch ((call.Method, path))
        {
            case ("PUT" or "POST", "auth/approle/login"):
                return Tokens.LogInWithAppRole(body);
            case ("PUT" or "POST", "auth/kubernetes/login" or "auth/jwt/login"):
                return Tokens.LogInWithJwt(body);
            case ("PUT" or "POST", "sys/wrapping/unwrap"):
                return Tokens.Unwrap(call.Header("X-Vault-Token"));
        }
        var token = Tokens.Find(call.Header("X-Vault-Token"));
        if (token?.Allows(path) != true)
            throw VaultException.Denied;
        return call.Method == "GET" ? await ReadAsync(path, token) : await WriteAsync(path, token, body);
    }

    private async Task<HttpReply> ReadAsync(string path, VaultTokenEntry token) => path.Split('/') switch
    {
        ["auth", "token", "lookup-self"] => Tokens.LookUp(token),
        ["sys", "internal", "ui", "mounts", .. var below] => Mount(below),
        ["kv1", .. var name] => KeyValues.Read1(string.Join('/', name)),
        ["secret", "data", .. var name] => KeyValues.Read(string.Join('/', name)),
        ["secret", ..] => throw new VaultException(404),
        ["database", "creds", var role] => await Leases.IssueAsync(role, token),
        ["database", "static-creds", var role] => Leases.ReadStatic(role),
        _ => throw new VaultException(404, $"no handler for route \"{path}\". route entry not found."),
    };

    private async Task<HttpReply> WriteAsync(string path, VaultTokenEntry token, JsonObject body)
    {
        switch (path)
        {
            case "auth/token/renew-self":
                return Tokens.Renew(token, body);
            case "auth/token/revoke-self":
                Tokens.SelfRevoked++;
                await EndAsync(token);
                return VaultReplies.NoContent;
            case "sys/leases/renew":
                return Leases.Renew(body);
            case "sys/leases/revoke":
                return await Leases.RevokeAsync(body);
            default:
                throw new VaultException(405, "unsupported operation");
        }
    }

    private static HttpReply Mount(string[] below)
    {
        var (type, version) = below[0] switch
        {
            "secret" => ("kv", "2"),
            "kv1" => ("kv", "1"),
            "database" => ("database", null),
            _ => throw new VaultException(403, $"preflight capability check returned 403, please ensure client's policies grant access to path \"{string.Join('/', below)}/\""),
        };
        return VaultReplies.Secret(new JsonObject
        {
            ["accessor"] = $"{type}_00000000",
            ["local"] = false,
            ["options"] = version is null ? null : new JsonObject { ["version"] = version },
            ["path"] = below[0] + "/",
            ["type"] = type,
        });
    }

    private static HttpReply Changed(HttpReply reply, Action<JsonObject> change)
    {
        var body = JsonNode.Parse(reply.Body)!.AsObject();
        change(body);
        return reply with { Body = body.ToJsonString() };
    }

    private string Mint(string kind) =>
        _plant($"{kind}{Interlocked.Increment(ref _minted).ToString("000000", CultureInfo.InvariantCulture)}-of-the-fake-vault");
}
