using System.Collections.Concurrent;
using Azure.Core;

namespace Rekey.Azure.Tests.Identity;

/// <summary>An identity that gives one token, or fails.</summary>
internal sealed class ScriptedIdentity(Secret token) : TokenCredential
{
    private readonly ConcurrentQueue<TokenRequestContext> _requests = new();

    /// <summary>What it fails with; null when it does not.</summary>
    public Exception? Failure { get; set; }

    public IReadOnlyCollection<TokenRequestContext> Requests => _requests;

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        _requests.Enqueue(requestContext);
        return Failure is null ? new AccessToken(token.Reveal(), TimeProvider.System.GetUtcNow().AddHours(1)) : throw Failure;
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(GetToken(requestContext, cancellationToken));
}
