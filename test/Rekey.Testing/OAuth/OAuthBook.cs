using System.Globalization;
using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.OAuth;

/// <summary>What an authorization server knows: clients, consents, tokens and what they are good for.</summary>
public sealed class OAuthBook(Func<DateTimeOffset> now, Func<string, string> mint)
{
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, OAuthClientEntry> _clients = [];
    private readonly Dictionary<string, RefreshToken> _refreshTokens = [];
    private readonly Dictionary<string, (OAuthFamily Family, DateTimeOffset End)> _accessTokens = [];
    private readonly Dictionary<string, Device> _devices = [];
    private int _userCodes;

    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether answers say how long a token lives.</summary>
    public bool NamesLife { get; set; } = true;

    public OAuthRotation Rotation { get; set; } = OAuthRotation.Strict;

    /// <summary>What clients may ask for; null for anything.</summary>
    public IReadOnlyCollection<string>? Scopes { get; set; }

    public TimeSpan DeviceLife { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Seconds between two questions; null leaves them out. Whoever asks sooner is told to slow down.</summary>
    public int? Interval { get; set; } = 5;

    /// <summary>Counts tokens that a client got for itself.</summary>
    public int OwnGrants { get; private set; }

    private sealed record RefreshToken(OAuthFamily Family)
    {
        public int Uses { get; set; }
    }

    private sealed record Device(string ClientId, string UserCode, DateTimeOffset End)
    {
        public bool? IsApproved { get; set; }

        public DateTimeOffset? AskedAt { get; set; }

        public TimeSpan Interval { get; set; }
    }

    public OAuthClientEntry Add(OAuthClientEntry client)
    {
        lock (_gate)
            return _clients[client.Id] = client;
    }

    /// <summary>A consent that was given earlier, for tests that begin with one.</summary>
    public OAuthGranted Consented(string clientId)
    {
        lock (_gate)
            return Grant_NeedsLock(new OAuthFamily(clientId), isRefreshable: true);
    }

    /// <summary>Whose refresh token it is; null for nobody's.</summary>
    public OAuthFamily? FamilyOf(string refreshToken)
    {
        lock (_gate)
            return _refreshTokens.GetValueOrDefault(refreshToken)?.Family;
    }

    /// <summary>Whether a service may take the access token.</summary>
    public bool Accepts(string accessToken)
    {
        lock (_gate)
            return _accessTokens.TryGetValue(accessToken, out var token) && token.End > now() && !token.Family.IsRevoked;
    }

    /// <summary>An administrator's, or the user's, word: nothing of the consent is good any more.</summary>
    public void Revoke(OAuthFamily family)
    {
        lock (_gate)
            family.IsRevoked = true;
    }

    /// <summary>The human's word on a code. False when nobody knows it.</summary>
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

    public HttpReply StartDevice(HttpCall call, string page)
    {
        lock (_gate)
        {
            if (Refusal_NeedsLock(call, out var client) is { } refusal)
                return refusal;
            var code = mint("device-code");
            var user = $"FAKE-{(++_userCodes).ToString("0000", CultureInfo.InvariantCulture)}";
            _devices[code] = new Device(client.Id, user, now() + DeviceLife) { Interval = TimeSpan.FromSeconds(Interval ?? 5) };
            var offer = new JsonObject
            {
                ["device_code"] = code,
                ["user_code"] = user,
                ["verification_uri"] = page,
                ["verification_uri_complete"] = $"{page}?user_code={user}",
                ["expires_in"] = (int)DeviceLife.TotalSeconds,
            };
            if (Interval is { } interval)
                offer["interval"] = interval;
            return OAuthReplies.Json(offer);
        }
    }

    public HttpReply Token(HttpCall call)
    {
        lock (_gate)
        {
            if (Refusal_NeedsLock(call, out var client) is { } refusal)
                return refusal;
            return call.Form.GetValueOrDefault("grant_type") switch
            {
                null => OAuthReplies.Error("invalid_request"),
                "refresh_token" => Refresh_NeedsLock(client, call.Form.GetValueOrDefault("refresh_token")),
                "client_credentials" => ActForItself_NeedsLock(client),
                DeviceGrant => Redeem_NeedsLock(client, call.Form.GetValueOrDefault("device_code")),
                _ => OAuthReplies.Error("unsupported_grant_type"),
            };
        }
    }

    private HttpReply? Refusal_NeedsLock(HttpCall call, out OAuthClientEntry client)
    {
        client = _clients.GetValueOrDefault(OAuthClientEntry.Named(call) ?? "")!;
        if (call.Method != "POST" || call.Header("Content-Type")?.Split(';')[0] != "application/x-www-form-urlencoded")
            return OAuthReplies.Error("invalid_request");
        if (client is null || !client.Sent(call))
            return OAuthReplies.Error("invalid_client");
        return Scopes is { } known && call.Form.GetValueOrDefault("scope")?.Split(' ').Except(known).Any() == true ? OAuthReplies.Error("invalid_scope") : null;
    }

    private HttpReply Refresh_NeedsLock(OAuthClientEntry client, string? presented)
    {
        if (presented is null)
            return OAuthReplies.Error("invalid_request");
        if (!_refreshTokens.TryGetValue(presented, out var token) || token.Family.ClientId != client.Id || token.Family.IsRevoked)
            return Refused(presented);
        if (Rotation.Rotates && token.Uses++ > 0)
        {
            token.Family.Replays++;
            if (token.Uses > 1 + Rotation.Grace)
            {
                token.Family.IsRevoked = true;
                return Refused(presented);
            }
        }
        token.Family.Refreshes++;
        return Reply(Grant_NeedsLock(token.Family, Rotation.Rotates));
    }

    // Servers do repeat what they were given: whoever prints their words prints a token.
    private static HttpReply Refused(string token) => OAuthReplies.Error("invalid_grant", said: $"The refresh token {token} is not good.");

    private HttpReply ActForItself_NeedsLock(OAuthClientEntry client)
    {
        if (client.Secret is null)
            return OAuthReplies.Error("unauthorized_client");
        OwnGrants++;
        return Reply(Grant_NeedsLock(new OAuthFamily(client.Id), isRefreshable: false));
    }

    private HttpReply Redeem_NeedsLock(OAuthClientEntry client, string? code)
    {
        if (code is null || !_devices.TryGetValue(code, out var device) || device.ClientId != client.Id)
            return OAuthReplies.Error("invalid_grant");
        if (device.End <= now())
            return OAuthReplies.Error("expired_token");
        var isTooSoon = now() - device.AskedAt < device.Interval;
        device.AskedAt = now();
        if (isTooSoon)
        {
            device.Interval += TimeSpan.FromSeconds(5);
            return OAuthReplies.Error("slow_down");
        }
        if (device.IsApproved is not { } isApproved)
            return OAuthReplies.Error("authorization_pending");
        _devices.Remove(code);
        return isApproved ? Reply(Grant_NeedsLock(new OAuthFamily(client.Id), isRefreshable: true)) : OAuthReplies.Error("access_denied");
    }

    private OAuthGranted Grant_NeedsLock(OAuthFamily family, bool isRefreshable)
    {
        var granted = new OAuthGranted(mint("access-token"), isRefreshable ? mint("refresh-token") : null, family);
        _accessTokens[granted.AccessToken] = (family, now() + TokenLife);
        if (granted.RefreshToken is { } refresh)
            _refreshTokens[refresh] = new RefreshToken(family);
        return granted;
    }

    private HttpReply Reply(OAuthGranted granted)
    {
        var reply = new JsonObject { ["access_token"] = granted.AccessToken, ["token_type"] = "Bearer" };
        if (NamesLife)
            reply["expires_in"] = (int)TokenLife.TotalSeconds;
        if (granted.RefreshToken is { } refresh)
            reply["refresh_token"] = refresh;
        return OAuthReplies.Json(reply);
    }
}
