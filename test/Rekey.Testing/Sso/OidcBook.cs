using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Sso;

/// <summary>What the service that grants tokens knows: clients, codes, tokens and what they are good for.</summary>
public sealed class OidcBook(Func<DateTimeOffset> now, Func<string, string> mint)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SsoClient> _clients = [];
    private readonly Dictionary<string, Device> _devices = [];
    private readonly Dictionary<string, (string ClientId, string Redirect, string Challenge)> _codes = [];
    private readonly Dictionary<string, DateTimeOffset> _tokens = [];
    private readonly Dictionary<string, SsoClient> _refreshTokens = [];
    private readonly HashSet<string> _spent = [];
    private int _userCodes;

    public required TimeSpan TokenLife { get; set; }

    public TimeSpan RegistrationLife { get; set; } = TimeSpan.FromDays(90);

    public TimeSpan DeviceLife { get; set; } = TimeSpan.FromMinutes(10);

    public int? Interval { get; set; } = 1;

    /// <summary>Where the human is sent; null for the server's own page.</summary>
    public string? Page { get; set; }

    /// <summary>The start URL that this Identity Center is; another one is refused. Null takes any.</summary>
    public string? StartUrl { get; set; }

    /// <summary>Each refresh token is good once, as the worst case has it.</summary>
    public bool IsSingleUse { get; set; } = true;

    /// <summary>Whether a refresh brings a refresh token along.</summary>
    public bool RefreshBringsNext { get; set; } = true;

    /// <summary>Counts refresh grants that succeeded.</summary>
    public int Refreshes { get; private set; }

    /// <summary>Counts refresh tokens that came back after they were spent: with some services that ends the session.</summary>
    public int Replays { get; private set; }

    private sealed class Device
    {
        public required SsoClient Client { get; init; }

        public required string UserCode { get; init; }

        public required DateTimeOffset End { get; init; }

        public bool? IsApproved { get; set; }
    }

    /// <summary>A sign-in that happened earlier, for tests that begin with one.</summary>
    public SsoGrant SignedIn(TimeSpan? life = null)
    {
        lock (_gate)
            return Grant_NeedsLock(NewClient_NeedsLock([], ["sso:account:access"]), life ?? TokenLife, isRefreshable: true);
    }

    public HttpReply Register(JsonObject body)
    {
        lock (_gate)
        {
            var grants = Texts(body["grantTypes"]);
            // Both flows in one client are what AWS answers with an error of its own.
            if ((string?)body["clientType"] != "public" || grants.Any(static g => g.EndsWith("device_code", StringComparison.Ordinal)))
                return SsoReplies.Oidc("InvalidClientMetadataException");
            if (grants.Count > 0 && !Texts(body["redirectUris"]).SequenceEqual(["http://127.0.0.1/oauth/callback"]))
                return SsoReplies.Oidc("InvalidRedirectUriException");
            var client = NewClient_NeedsLock(grants, Texts(body["scopes"]));
            return SsoReplies.Json(new JsonObject
            {
                ["clientId"] = client.Id,
                ["clientSecret"] = client.ClientSecret,
                ["clientIdIssuedAt"] = now().ToUnixTimeSeconds(),
                ["clientSecretExpiresAt"] = client.ExpiresAt.ToUnixTimeSeconds(),
            });
        }
    }

    public HttpReply StartDevice(JsonObject body, Uri address)
    {
        lock (_gate)
        {
            if (Client_NeedsLock(body) is not { } client)
                return SsoReplies.Oidc("InvalidClientException");
            if (client.GrantTypes.Count > 0)
                return SsoReplies.Oidc("UnauthorizedClientException");
            if (StartUrl is not null && (string?)body["startUrl"] != StartUrl)
                return SsoReplies.Oidc("InvalidRequestException");
            var code = mint("device-code");
            var user = $"FAKE-{++_userCodes:0000}";
            _devices[code] = new Device { Client = client, UserCode = user, End = now() + DeviceLife };
            var page = Page ?? $"{address}device";
            var offer = new JsonObject
            {
                ["deviceCode"] = code,
                ["userCode"] = user,
                ["verificationUri"] = page,
                ["verificationUriComplete"] = $"{page}?user_code={user}",
                ["expiresIn"] = (int)DeviceLife.TotalSeconds,
            };
            if (Interval is { } interval)
                offer["interval"] = interval;
            return SsoReplies.Json(offer);
        }
    }

    /// <summary>The human's word on a device code. False when nobody knows the code.</summary>
    public bool Decide(string userCode, bool isApproved)
    {
        lock (_gate)
        {
            var device = _devices.Values.FirstOrDefault(d => d.UserCode == userCode);
            if (device is not null)
                device.IsApproved = isApproved;
            return device is not null;
        }
    }

    /// <summary>The page that a browser opens for the flow with a redirect: the human answers at once.</summary>
    public HttpReply Authorize(IReadOnlyDictionary<string, string> query, bool isDenied)
    {
        lock (_gate)
        {
            if (!_clients.TryGetValue(query["client_id"], out var client) || !client.GrantTypes.Contains("authorization_code"))
                return new HttpReply(400, "Unknown client.", "text/plain");
            var redirect = query["redirect_uri"];
            if (query["response_type"] != "code" || query["code_challenge_method"] != "S256" || query["scopes"].Length == 0
                || !Uri.TryCreate(redirect, UriKind.Absolute, out var uri) || uri is not { Scheme: "http", Host: "127.0.0.1", AbsolutePath: "/oauth/callback" })
                return new HttpReply(400, "Bad request.", "text/plain");
            var state = Uri.EscapeDataString(query["state"]);
            var code = mint("authorization-code");
            _codes[code] = (client.Id, redirect, query["code_challenge"]);
            var back = isDenied ? $"{redirect}?error=access_denied&state={state}" : $"{redirect}?code={code}&state={state}";
            return new HttpReply(302) { Headers = new Dictionary<string, string> { ["Location"] = back } };
        }
    }

    public HttpReply Token(JsonObject body)
    {
        lock (_gate)
        {
            if (Client_NeedsLock(body) is not { } client)
                return SsoReplies.Oidc("InvalidClientException");
            return (string?)body["grantType"] switch
            {
                "refresh_token" => Refresh_NeedsLock(client, (string)body["refreshToken"]!),
                "authorization_code" => RedeemCode_NeedsLock(client, body),
                "urn:ietf:params:oauth:grant-type:device_code" => RedeemDevice_NeedsLock(client, (string)body["deviceCode"]!),
                _ => SsoReplies.Oidc("UnsupportedGrantTypeException"),
            };
        }
    }

    public bool Accepts(string token)
    {
        lock (_gate)
            return _tokens.TryGetValue(token, out var end) && end > now();
    }

    /// <summary>The token is dead before its time; its refresh token is not.</summary>
    public void Revoke(string token)
    {
        lock (_gate)
            _tokens.Remove(token);
    }

    /// <summary>The administrator's limit: nothing works without a new sign-in.</summary>
    public void EndSession()
    {
        lock (_gate)
        {
            _tokens.Clear();
            _refreshTokens.Clear();
        }
    }

    /// <summary>The service no longer knows any client.</summary>
    public void ForgetClients()
    {
        lock (_gate)
            _clients.Clear();
    }

    private HttpReply Refresh_NeedsLock(SsoClient client, string token)
    {
        if (_spent.Contains(token))
            Replays++;
        if (!_refreshTokens.TryGetValue(token, out var owner) || owner.Id != client.Id)
            return SsoReplies.Oidc("InvalidGrantException", $"The refresh token {token} is not good.");
        Refreshes++;
        if (IsSingleUse && RefreshBringsNext)
        {
            _refreshTokens.Remove(token);
            _spent.Add(token);
        }
        return Reply(Grant_NeedsLock(client, TokenLife, RefreshBringsNext), TokenLife);
    }

    private HttpReply RedeemCode_NeedsLock(SsoClient client, JsonObject body)
    {
        var verifier = (string?)body["codeVerifier"] ?? "";
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return _codes.Remove((string)body["code"]!, out var code) && code.ClientId == client.Id
            && code.Redirect == (string?)body["redirectUri"] && code.Challenge == challenge && verifier.Length is >= 43 and <= 128
            ? Reply(Grant_NeedsLock(client, TokenLife, isRefreshable: true), TokenLife)
            : SsoReplies.Oidc("InvalidGrantException");
    }

    private HttpReply RedeemDevice_NeedsLock(SsoClient client, string code)
    {
        if (!_devices.TryGetValue(code, out var device) || device.Client.Id != client.Id)
            return SsoReplies.Oidc("InvalidGrantException");
        if (device.End <= now())
            return SsoReplies.Oidc("ExpiredTokenException");
        if (device.IsApproved is not { } isApproved)
            return SsoReplies.Oidc("AuthorizationPendingException");
        _devices.Remove(code);
        return isApproved
            ? Reply(Grant_NeedsLock(client, TokenLife, isRefreshable: client.Scopes.Count > 0), TokenLife)
            : SsoReplies.Oidc("AccessDeniedException");
    }

    private static HttpReply Reply(SsoGrant grant, TimeSpan life)
    {
        var reply = new JsonObject { ["accessToken"] = grant.AccessToken, ["tokenType"] = "Bearer", ["expiresIn"] = (int)life.TotalSeconds };
        if (grant.RefreshToken is { } refresh)
            reply["refreshToken"] = refresh;
        return SsoReplies.Json(reply);
    }

    private SsoGrant Grant_NeedsLock(SsoClient client, TimeSpan life, bool isRefreshable)
    {
        var grant = new SsoGrant(mint("access-token"), isRefreshable ? mint("refresh-token") : null, client) { ExpiresAt = now() + life };
        _tokens[grant.AccessToken] = grant.ExpiresAt;
        if (grant.RefreshToken is { } refresh)
            _refreshTokens[refresh] = client;
        return grant;
    }

    private SsoClient NewClient_NeedsLock(IReadOnlyList<string> grants, IReadOnlyList<string> scopes)
    {
        var client = new SsoClient($"client-{(_clients.Count + 1).ToString(CultureInfo.InvariantCulture)}", mint("client-secret"), grants, scopes, now() + RegistrationLife);
        return _clients[client.Id] = client;
    }

    private SsoClient? Client_NeedsLock(JsonObject body) =>
        _clients.TryGetValue((string?)body["clientId"] ?? "", out var client) && client.ClientSecret == (string?)body["clientSecret"] && client.ExpiresAt > now()
            ? client
            : null;

    private static List<string> Texts(JsonNode? node) => node is JsonArray array ? [.. array.Select(static n => (string)n!)] : [];
}
