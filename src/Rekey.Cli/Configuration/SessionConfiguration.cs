using Rekey.OAuth;
using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>Where sessions are kept that are refreshed by using them.</summary>
internal sealed record StoreConfiguration
{
    /// <summary>The folder as it was written; null for the user's own.</summary>
    public string? Path { get; init; }

    /// <summary>Where the key is that encrypts them; null leaves them to the access rights of the files.</summary>
    public SecretReference? Key { get; init; }
}

/// <summary>What a Slack credential is refreshed with.</summary>
internal sealed record SlackConfiguration
{
    public static TimeSpan DefaultInterval { get; } = TimeSpan.FromDays(7);

    public string? Workspace { get; init; }

    public string? ClientId { get; init; }

    public TimeSpan RefreshInterval { get; init; } = DefaultInterval;

    /// <summary>Whether it is refreshed by itself when it is due.</summary>
    public bool IsScheduled { get; init; } = true;

    /// <summary>Stands in the place of Slack.</summary>
    public Uri? Address { get; init; }

    /// <summary>The file of slack-mcp-server to begin with.</summary>
    public string? Import { get; init; }
}

/// <summary>What an OAuth credential is granted by.</summary>
internal sealed record OAuthConfiguration
{
    public OAuthGrant Grant { get; init; }

    public Uri? Issuer { get; init; }

    public Uri? TokenEndpoint { get; init; }

    public Uri? DeviceEndpoint { get; init; }

    public string? ClientId { get; init; }

    public OAuthClientAuthentication Authentication { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? Audience { get; init; }

    public string? Resource { get; init; }

    /// <summary>The same for who makes the calls.</summary>
    public OAuthOptions Options(string credential, HttpClient http) => new()
    {
        Credential = credential,
        Label = (Issuer ?? TokenEndpoint)?.IdnHost ?? credential,
        Issuer = Issuer,
        TokenEndpoint = TokenEndpoint,
        DeviceEndpoint = DeviceEndpoint,
        Grant = Grant,
        ClientId = ClientId,
        Authentication = Authentication,
        Scopes = Scopes,
        Audience = Audience,
        Resource = Resource,
        Http = http,
    };
}
