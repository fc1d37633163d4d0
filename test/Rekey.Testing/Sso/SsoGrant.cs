namespace Rekey.Testing.Sso;

/// <summary>What the server gave out to one sign-in or refresh, as whoever holds it presents it.</summary>
public sealed record SsoGrant(string AccessToken, string? RefreshToken, SsoClient Client)
{
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A client that registered.</summary>
public sealed record SsoClient(string Id, string ClientSecret, IReadOnlyList<string> GrantTypes, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt);
