using System.Text.Json;

namespace Rekey.Aws.Sso;

/// <summary>Keys of a role, and how long they live by the portal's own clock.</summary>
internal sealed record RoleKeys(Secret AccessKeyId, Secret SecretAccessKey, Secret SessionToken, TimeSpan Life);

/// <summary>The service that hands out credentials of roles to whoever is signed in. Its calls are unsigned JSON.</summary>
internal sealed class PortalClient(SsoHttp http, Uri endpoint, SsoSecrets secrets, TimeProvider time)
{
    private const long MostMilliseconds = 253_402_300_800_000; // the year 10000
    private const string TokenHeader = "x-amz-sso_bearer_token";

    /// <summary>Asks for keys of a role in an account.</summary>
    public Task<ServiceReply<RoleKeys>> RoleKeysAsync(Secret token, string account, string role, CancellationToken cancellationToken) =>
        SendAsync(
            HttpMethod.Get, $"federation/credentials?role_name={Uri.EscapeDataString(role)}&account_id={Uri.EscapeDataString(account)}",
            token, ReadKeys, cancellationToken);

    /// <summary>Asks the cheapest thing that needs a token: whether it is one.</summary>
    public Task<ServiceReply<object>> ProbeAsync(Secret token, CancellationToken cancellationToken) =>
        SendAsync<object>(HttpMethod.Get, "assignment/accounts?max_result=1", token, static (_, _) => true, cancellationToken);

    /// <summary>Ends the session of the token.</summary>
    public Task<ServiceReply<object>> LogoutAsync(Secret token, CancellationToken cancellationToken) =>
        SendAsync<object>(HttpMethod.Post, "logout", token, static (_, _) => true, cancellationToken);

    private Task<ServiceReply<T>> SendAsync<T>(
        HttpMethod method, string path, Secret token, Func<JsonElement, TimeSpan, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        var request = new HttpRequestMessage(method, $"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
        request.Headers.TryAddWithoutValidation(TokenHeader, token.Reveal());
        return http.SendAsync(request, read, cancellationToken);
    }

    private RoleKeys? ReadKeys(JsonElement body, TimeSpan ahead)
    {
        if (body.Member("roleCredentials") is not { } keys || keys.Secret("accessKeyId") is not { } id || keys.Secret("secretAccessKey") is not { } key
            || keys.Secret("sessionToken") is not { } session || keys.Number("expiration") is not (> 0 and < MostMilliseconds and var end))
            return null;
        secrets.Learn("access_key_id", id);
        secrets.Learn("secret_access_key", key);
        secrets.Learn("session_token", session);
        var life = TimeSpan.FromMilliseconds(end) - (time.GetUtcNow() + ahead - DateTimeOffset.UnixEpoch);
        return new RoleKeys(id, key, session, life);
    }
}
