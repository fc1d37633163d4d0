using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rekey.Aws.Profiles;
using Rekey.Environment;
using Rekey.Files;

namespace Rekey.Aws.Sso;

/// <summary>Ends every session of this user, whichever tool began it, as <c>aws sso logout</c> does.</summary>
public sealed class SsoSignOut(AwsFiles files, IEnvironment environment, HttpClient http)
{
    private const string Credential = "aws-sso";
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(10);

    /// <summary>Learns the tokens before they are sent.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>Where it is reported that a portal was not reached.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal ICacheFiles Disk { get; init; } = CacheFiles.Instance;

    /// <summary>
    /// Ends the sessions at their portals and deletes their tokens and the credentials of roles that the AWS CLI made from them. A
    /// token that no portal was named for belongs to another tool and stays. Answers how many sessions there were.
    /// </summary>
    public async Task<int> AllAsync(AwsConfiguration configuration, CancellationToken cancellationToken)
    {
        var (ended, isComplete) = (0, true);
        foreach (var file in Files(files.SsoCache))
        {
            if (Content(file) is not { } content || Token(content) is not { Region.Length: > 0, StartUrl.Length: > 0 } token)
                continue;
            new SsoSecrets(Secrets, Credential).Learn(token);
            // A refresh under way would write its token after we had deleted the old one.
            using var held = await FileLock.AcquireOrNoneAsync(Path.ChangeExtension(file, ".lock"), LockLimit, Time, cancellationToken).ConfigureAwait(false);
            await LogoutAsync(token, configuration, cancellationToken).ConfigureAwait(false);
            isComplete &= TryDelete(file);
            ended++;
        }
        foreach (var file in Files(files.CliCache).Where(file => Content(file) is { } content && IsOfSso(content)))
            isComplete &= TryDelete(file);
        return isComplete ? ended : throw new CredentialException(SsoErrors.SignOutIncomplete(files.SsoCache));
    }

    // One that stays keeps no other session from being ended.
    private static bool TryDelete(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task LogoutAsync(CachedToken token, AwsConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            var portal = SsoEndpoints.For(token.Region, environment, configuration).Portal;
            var client = new PortalClient(new SsoHttp(http, Time, Logger), portal, new SsoSecrets(Secrets, Credential), Time);
            var reply = await client.LogoutAsync(token.AccessToken, cancellationToken).ConfigureAwait(false);
            if (reply.Fault is { Kind: not FaultKind.Unauthorized } fault)
                SsoLog.LogoutFailed(Logger, token.StartUrl, fault.Kind.ToString());
        }
        catch (CredentialException e)
        {
            SsoLog.LogoutFailed(Logger, token.StartUrl, e.Error.Code);
        }
    }

    private static string[] Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];

    private byte[]? Content(string file)
    {
        try
        {
            return Disk.Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // another user's, or gone in this moment
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
