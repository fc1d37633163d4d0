namespace Rekey.Testing.Slack;

/// <summary>An app whose tokens are rotated, as it was installed once.</summary>
public sealed class SlackApp(string clientId, string clientSecret, bool isForUser)
{
    public string ClientId { get; } = clientId;

    public string ClientSecret { get; } = clientSecret;

    /// <summary>Whether its tokens are a user's, which Slack nests under <c>authed_user</c>.</summary>
    public bool IsForUser { get; } = isForUser;

    /// <summary>The token that was granted last.</summary>
    public string Token { get; internal set; } = "";

    /// <summary>The refresh token that was granted last.</summary>
    public string RefreshToken { get; internal set; } = "";

    public int Refreshes { get; internal set; }

    /// <summary>Counts refresh tokens that came back after they were spent: each ends the installation.</summary>
    public int Replays { get; internal set; }

    public bool IsRevoked { get; internal set; }

    internal Dictionary<string, DateTimeOffset> Tokens { get; } = [];

    internal HashSet<string> Spent { get; } = [];
}
