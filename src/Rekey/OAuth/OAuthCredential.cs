namespace Rekey.OAuth;

/// <summary>A bearer token that a client presents to services.</summary>
/// <param name="AccessToken">The token.</param>
public sealed record OAuthCredential(Secret AccessToken) : ICredential
{
    /// <inheritdoc/>
    public SecretDocument Document => SecretDocument.FromFields([new(TokenFields.AccessToken, AccessToken)]);
}
