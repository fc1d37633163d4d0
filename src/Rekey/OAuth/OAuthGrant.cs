namespace Rekey.OAuth;

/// <summary>What a client has to show for its tokens.</summary>
public enum OAuthGrant
{
    /// <summary>A refresh token that somebody obtained elsewhere.</summary>
    RefreshToken,

    /// <summary>Its own secret and nothing else: it acts for itself.</summary>
    ClientCredentials,

    /// <summary>The consent of a human who enters a code in a browser; from then on a refresh token.</summary>
    DeviceCode,
}
