namespace Rekey.Testing.OAuth;

/// <summary>Everything that follows from one consent: the refresh tokens that replaced each other, and the access tokens they gave.</summary>
public sealed class OAuthFamily
{
    internal OAuthFamily(string clientId) => ClientId = clientId;

    public string ClientId { get; }

    /// <summary>Counts refresh grants that succeeded.</summary>
    public int Refreshes { get; internal set; }

    /// <summary>Counts spent refresh tokens that came back.</summary>
    public int Replays { get; internal set; }

    /// <summary>Whether nothing of it is good any more.</summary>
    public bool IsRevoked { get; internal set; }
}

/// <summary>What the server gave out at one time.</summary>
public sealed record OAuthGranted(string AccessToken, string? RefreshToken, OAuthFamily Family);
