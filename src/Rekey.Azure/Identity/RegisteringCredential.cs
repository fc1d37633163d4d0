using Azure.Core;

namespace Rekey.Azure.Identity;

/// <summary>An identity whose tokens every door can hide from the moment they exist.</summary>
internal sealed class RegisteringCredential(TokenCredential identity, ISecretRegistry? secrets) : TokenCredential
{
    private const string Credential = "azure";

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        Learned(identity.GetToken(requestContext, cancellationToken));

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        Learned(await identity.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false));

    private AccessToken Learned(AccessToken token)
    {
        secrets?.Register(Credential, "token", new Secret(token.Token));
        return token;
    }
}
