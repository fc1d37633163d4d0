namespace Rekey.Slack;

/// <summary>The names of what is configured, kept and presented.</summary>
internal static class SlackFields
{
    public const string Token = "token";
    public const string Cookie = "cookie";
    public const string RefreshToken = "refresh_token";
    public const string ClientSecret = "client_secret";
}
