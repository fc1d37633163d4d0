using Amazon.Runtime;
using Amazon.SecurityToken.Model;

namespace Rekey.Aws.Identity;

/// <summary>A session of a role that other credentials may assume.</summary>
internal sealed class RoleCredentials(AssumeRoleRequest role, AWSCredentials source, SecurityTokens tokens, KeyRegistry registry, TimeProvider time)
    : MintedCredentials(time)
{
    protected override async Task<MintedKeys> MintAsync(CancellationToken cancellationToken)
    {
        registry.Learn(await source.GetCredentialsAsync().ConfigureAwait(false));
        using var client = tokens.ClientOf(source);
        var response = await client.AssumeRoleAsync(role, cancellationToken).ConfigureAwait(false);
        return SessionOf(response.Credentials, registry);
    }

    internal static MintedKeys SessionOf(Credentials session, KeyRegistry registry)
    {
        var keys = new ImmutableCredentials(session.AccessKeyId, session.SecretAccessKey, session.SessionToken);
        registry.Learn(keys);
        return new MintedKeys(keys, session.Expiration?.ToUniversalTime() ?? DateTimeOffset.MinValue);
    }
}
