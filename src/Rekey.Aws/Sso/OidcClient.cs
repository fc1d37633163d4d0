using System.Text.Json;

namespace Rekey.Aws.Sso;

/// <summary>A token that was granted, and how long it lives from the moment it was asked for.</summary>
internal sealed record GrantedToken(Secret AccessToken, TimeSpan Life, Secret? RefreshToken);

/// <summary>An offer to sign in on any device, and what the one who asked for it presents meanwhile.</summary>
internal sealed record DeviceOffer(Secret DeviceCode, string UserCode, string Url, TimeSpan Life, TimeSpan Interval);

/// <summary>The service that registers clients and grants tokens. Its calls are unsigned JSON.</summary>
internal sealed class OidcClient(SsoHttp http, Uri endpoint, SsoSecrets secrets, TimeProvider time)
{
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
    private const int ShortestInterval = 1;
    private const int UsualInterval = 5;
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(366);

    /// <summary>Registers a client for the flow that begins in a browser.</summary>
    public Task<ServiceReply<ClientRegistration>> RegisterForBrowserAsync(
        string name, string startUrl, string redirect, IEnumerable<string> scopes, CancellationToken cancellationToken) =>
        RegisterAsync(
            json =>
            {
                json.WriteString("clientName", name);
                WriteTexts(json, "grantTypes", ["authorization_code", "refresh_token"]);
                WriteTexts(json, "redirectUris", [redirect]);
                json.WriteString("issuerUrl", startUrl);
                WriteTexts(json, "scopes", scopes);
            },
            cancellationToken);

    /// <summary>Registers a client for the flow with a code. Grant types are not named: the service refuses the two flows in one client.</summary>
    public Task<ServiceReply<ClientRegistration>> RegisterForDeviceAsync(string name, IReadOnlyCollection<string> scopes, CancellationToken cancellationToken) =>
        RegisterAsync(
            json =>
            {
                json.WriteString("clientName", name);
                if (scopes.Count > 0)
                    WriteTexts(json, "scopes", scopes);
            },
            cancellationToken);

    /// <summary>Asks for a code that a human enters on any device.</summary>
    public Task<ServiceReply<DeviceOffer>> StartDeviceAsync(ClientRegistration client, string startUrl, CancellationToken cancellationToken) =>
        PostAsync(
            "device_authorization",
            json =>
            {
                WriteClient(json, client.ClientId, client.ClientSecret);
                json.WriteString("startUrl", startUrl);
            },
            ReadOffer, cancellationToken);

    /// <summary>Asks whether the human has entered the code.</summary>
    public Task<ServiceReply<GrantedToken>> RedeemDeviceCodeAsync(ClientRegistration client, Secret deviceCode, CancellationToken cancellationToken) =>
        TokenAsync(
            DeviceGrant, client.ClientId, client.ClientSecret,
            json => json.WriteString("deviceCode", deviceCode.Reveal()), cancellationToken);

    /// <summary>Presents what the browser came back with.</summary>
    public Task<ServiceReply<GrantedToken>> RedeemCodeAsync(
        ClientRegistration client, Secret code, Secret verifier, Uri redirect, CancellationToken cancellationToken) =>
        TokenAsync(
            "authorization_code", client.ClientId, client.ClientSecret,
            json =>
            {
                json.WriteString("redirectUri", redirect.AbsoluteUri);
                json.WriteString("codeVerifier", verifier.Reveal());
                json.WriteString("code", code.Reveal());
            },
            cancellationToken);

    /// <summary>Asks for a newer token.</summary>
    public Task<ServiceReply<GrantedToken>> RefreshAsync(CachedToken token, CancellationToken cancellationToken) =>
        TokenAsync(
            "refresh_token", token.ClientId!, token.ClientSecret!.Value,
            json => json.WriteString("refreshToken", token.RefreshToken!.Value.Reveal()), cancellationToken);

    private Task<ServiceReply<ClientRegistration>> RegisterAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        PostAsync(
            "client/register",
            json =>
            {
                json.WriteString("clientType", "public");
                write(json);
            },
            ReadRegistration, cancellationToken);

    private Task<ServiceReply<GrantedToken>> TokenAsync(
        string grant, string clientId, Secret clientSecret, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        PostAsync(
            "token",
            json =>
            {
                json.WriteString("grantType", grant);
                WriteClient(json, clientId, clientSecret);
                write(json);
            },
            ReadToken, cancellationToken);

    private async Task<ServiceReply<T>> PostAsync<T>(
        string path, Action<Utf8JsonWriter> write, Func<JsonElement, TimeSpan, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, $"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}") { Content = content };
        return await http.SendAsync(request, read, cancellationToken).ConfigureAwait(false);
    }

    private ClientRegistration? ReadRegistration(JsonElement body, TimeSpan ahead) =>
        body.Text("clientId") is { } id && body.Secret("clientSecret") is { } secret && EndOf(body.Number("clientSecretExpiresAt"), ahead) is { } end
            ? new ClientRegistration(id, secrets.Learn("client_secret", secret), end)
            : null;

    private GrantedToken? ReadToken(JsonElement body, TimeSpan ahead)
    {
        var refresh = body.Secret("refreshToken");
        secrets.Learn("refresh_token", refresh ?? default);
        return body.Secret("accessToken") is { } access && LifeOf(body.Number("expiresIn")) is { } life
            ? new GrantedToken(secrets.Learn("access_token", access), life, refresh)
            : null;
    }

    private DeviceOffer? ReadOffer(JsonElement body, TimeSpan ahead) =>
        body.Secret("deviceCode") is { } device && body.Text("userCode") is { } user && LifeOf(body.Number("expiresIn")) is { } life
            && (body.Text("verificationUriComplete") ?? body.Text("verificationUri")) is { } url
            ? new DeviceOffer(
                secrets.Learn("device_code", device), user, url, life,
                TimeSpan.FromSeconds(Math.Max(body.Number("interval") ?? UsualInterval, ShortestInterval)))
            : null;

    private static TimeSpan? LifeOf(long? seconds) =>
        seconds is > 0 and var life ? TimeSpan.FromSeconds(Math.Min(life, (long)LongestLife.TotalSeconds)) : null;

    // The service names a point on its own clock.
    private DateTimeOffset? EndOf(long? epochSeconds, TimeSpan ahead) =>
        epochSeconds is { } end && end > 0 && end < DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? time.GetUtcNow() + LifeAt(DateTimeOffset.FromUnixTimeSeconds(end) - ahead)
            : null;

    private TimeSpan LifeAt(DateTimeOffset end)
    {
        var life = end - time.GetUtcNow();
        return life < LongestLife ? life : LongestLife;
    }

    private static void WriteClient(Utf8JsonWriter json, string id, Secret secret)
    {
        json.WriteString("clientId", id);
        json.WriteString("clientSecret", secret.Reveal());
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
