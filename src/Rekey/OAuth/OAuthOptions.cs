using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey.OAuth;

/// <summary>What an OAuth session is made of.</summary>
public sealed record OAuthOptions
{
    /// <summary>The credential that the session belongs to: its secrets are registered under this name.</summary>
    public required string Credential { get; init; }

    /// <summary>The name of the authorization server for people.</summary>
    public required string Label { get; init; }

    /// <summary>Whose discovery document names the endpoints.</summary>
    public Uri? Issuer { get; init; }

    /// <summary>Where tokens are granted; wins over discovery.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary>Where a sign-in with a code begins; wins over discovery.</summary>
    public Uri? DeviceEndpoint { get; init; }

    /// <summary>What the client has to show.</summary>
    public OAuthGrant Grant { get; init; }

    /// <summary>Who the client is; else the configured secrets say it.</summary>
    public string? ClientId { get; init; }

    /// <summary>How the client proves who it is.</summary>
    public OAuthClientAuthentication Authentication { get; init; }

    /// <summary>What the token shall be good for; empty asks for what the server gives of itself.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>For whom the token shall be, as some servers call it.</summary>
    public string? Audience { get; init; }

    /// <summary>For whom the token shall be, as RFC 8707 calls it.</summary>
    public string? Resource { get; init; }

    /// <summary>Carries the calls; see <see cref="BoundedHttp.CreateClient"/>.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>Learns the secrets before their first use.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>Where the session reports.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What cannot be meant, each with the key it stands under in a configuration.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (key, address) in new[] { ("issuer", Issuer), ("tokenEndpoint", TokenEndpoint), ("deviceEndpoint", DeviceEndpoint) })
        {
            if (address is not null && !EndpointRule.Admits(address))
                yield return $"{key}: {EndpointRule.Problem}, or with a user or a fragment in it";
        }
        if (Issuer is { IsAbsoluteUri: true, Query.Length: > 0 })
            yield return "issuer: has a query";
        if (Issuer is null && TokenEndpoint is null)
            yield return "issuer: missing, and so is tokenEndpoint";
        if (Grant is OAuthGrant.DeviceCode && Issuer is null && DeviceEndpoint is null)
            yield return "deviceEndpoint: missing, and so is issuer";
        if (Grant is OAuthGrant.ClientCredentials && Authentication is OAuthClientAuthentication.None)
            yield return "clientAuth: none, and a client acts for itself only with its secret";
    }

    internal string Reference => $"oauth:{Label}";
}
