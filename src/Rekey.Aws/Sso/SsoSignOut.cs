using System.Text.Json;
using Rekey.Aws.Profiles;

namespace Rekey.Aws.Sso;

/// <summary>Ends every session of this user, whichever tool began it, as <c>aws sso logout</c> does.</summary>
public static class SsoSignOut
{
    /// <summary>
    /// Ends the sessions at their portals and deletes their tokens and the credentials of roles that the AWS CLI made from them. A
    /// token that no portal was named for belongs to another tool and stays. Answers how many sessions there were.
    /// </summary>
    public static async Task<int> AllAsync(SsoSessionOptions options, AwsConfiguration configuration, CancellationToken cancellationToken)
    {
        var ended = 0;
        try
        {
            foreach (var file in Files(options.Files.SsoCache))
            {
                if (Content(options.Disk, file) is not { } content || Token(content) is not { Region.Length: > 0, StartUrl.Length: > 0 } token)
                    continue;
                new SsoSecrets(options.Secrets, options.Credential).Learn(token);
                await LogoutAsync(options, token, configuration, cancellationToken).ConfigureAwait(false);
                File.Delete(file);
                ended++;
            }
            foreach (var file in Files(options.Files.CliCache).Where(file => Content(options.Disk, file) is { } content && IsOfSso(content)))
                File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CredentialException(SsoErrors.SignOutIncomplete(options.Files.SsoCache));
        }
        return ended;
    }

    private static async Task LogoutAsync(
        SsoSessionOptions options, CachedToken token, AwsConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            var portal = SsoEndpoints.For(token.Region, options.Environment, configuration).Portal;
            var client = new PortalClient(
                new SsoHttp(options.Http, options.Time, options.Logger), portal, new SsoSecrets(options.Secrets, options.Credential), options.Time);
            var reply = await client.LogoutAsync(token.AccessToken, cancellationToken).ConfigureAwait(false);
            if (reply.Fault is { Kind: not FaultKind.Unauthorized } fault)
                SsoLog.LogoutFailed(options.Logger, token.StartUrl, fault.Kind.ToString());
        }
        catch (CredentialException e)
        {
            SsoLog.LogoutFailed(options.Logger, token.StartUrl, e.Error.Code);
        }
    }

    private static string[] Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];

    private static byte[]? Content(ICacheFiles disk, string file)
    {
        try
        {
            return disk.Read(file);
        }
        catch (UnauthorizedAccessException)
        {
            return null; // another user's
        }
    }

    private static CachedToken? Token(byte[] content)
    {
        try
        {
            return CachedToken.Read(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsOfSso(byte[] content)
    {
        try
        {
            using var json = JsonDocument.Parse(content, JsonReading.Options);
            return json.RootElement.Text("ProviderType") == "sso";
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
