using Amazon.Runtime;
using Amazon.SecurityToken.Model;

namespace Rekey.Aws.Identity;

/// <summary>A session of a role that trusts a token in a file, which somebody else renews: a pod of Kubernetes, a job of a build server.</summary>
internal sealed class WebIdentityCredentials(
    string role, string tokenFile, string session, SecurityTokens tokens, KeyRegistry registry, TimeProvider time) : MintedCredentials(time)
{
    protected override async Task<MintedKeys> MintAsync(CancellationToken cancellationToken)
    {
        var token = await ReadAsync().ConfigureAwait(false);
        registry.Learn("web_identity_token", token);
        using var client = tokens.ClientOf(new AnonymousAWSCredentials());
        var response = await client.AssumeRoleWithWebIdentityAsync(new AssumeRoleWithWebIdentityRequest
        {
            RoleArn = role,
            RoleSessionName = session,
            WebIdentityToken = token,
        }, cancellationToken).ConfigureAwait(false);
        return RoleCredentials.SessionOf(response.Credentials, registry);
    }

    private async Task<string> ReadAsync()
    {
        try
        {
            if (new FileInfo(tokenFile) is { Exists: true, Length: > 0 and <= SecretDocument.MaxBytes })
                return (await File.ReadAllTextAsync(tokenFile).ConfigureAwait(false)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is told like a file that is not there.
        }
        throw new AwsSetupException(AwsErrors.WebIdentityUnreadable);
    }
}
