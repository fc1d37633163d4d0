namespace Rekey.OAuth;

/// <summary>The names of secrets: in a session, in what is configured, on the wire and for the redactor they are the same.</summary>
internal static class TokenFields
{
    public const string AccessToken = "access_token";
    public const string RefreshToken = "refresh_token";
    public const string ClientId = "client_id";
    public const string ClientSecret = "client_secret";
    public const string DeviceCode = "device_code";
}
