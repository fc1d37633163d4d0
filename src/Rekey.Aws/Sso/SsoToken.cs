namespace Rekey.Aws.Sso;

/// <summary>The access token of a session that a human signed in to: with it the portal hands out credentials of roles.</summary>
public sealed record SsoToken : ICredential
{
    /// <summary>The token.</summary>
    public required Secret AccessToken { get; init; }

    /// <summary>The region of the Identity Center.</summary>
    public required string Region { get; init; }

    /// <summary>The start URL as it is configured.</summary>
    public required string StartUrl { get; init; }

    /// <inheritdoc/>
    public SecretDocument Document => SecretDocument.FromFields([new("access_token", AccessToken), new("region", new Secret(Region))]);
}
