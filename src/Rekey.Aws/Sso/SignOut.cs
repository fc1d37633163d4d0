using Rekey.Aws.Profiles;

namespace Rekey.Aws.Sso;

/// <summary>
/// Ends one session: at its portal, in its file, and in the credentials of roles that the AWS CLI made from it. The registrations of
/// clients stay: they open nothing.
/// </summary>
internal sealed class SignOut(SsoSessionOptions options, SsoTokenCache cache, PortalClient portal)
{
    private readonly SsoSession _session = options.Session;

    public async Task RunAsync(AwsConfiguration configuration, CancellationToken cancellationToken)
    {
        // A refresh under way would write its token after we had deleted the old one.
        using var held = await cache.LockOrNoneAsync(cancellationToken).ConfigureAwait(false);
        if ((await cache.ReadAsync(cancellationToken).ConfigureAwait(false)).Token is { } token)
        {
            var reply = await portal.LogoutAsync(token.AccessToken, cancellationToken).ConfigureAwait(false);
            // A token that the portal does not know is out already.
            if (reply.Fault is { Kind: not FaultKind.Unauthorized } fault)
                SsoLog.LogoutFailed(options.Logger, _session.Label, fault.Kind.ToString());
        }
        try
        {
            cache.Delete();
            foreach (var role in RolesOf(configuration))
                File.Delete(Path.Combine(options.Files.CliCache, CacheKey.OfRole(_session, role.Account, role.Name) + ".json"));
        }
        catch (DirectoryNotFoundException)
        {
            // Nobody has used the AWS CLI here.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CredentialException(SsoErrors.SignOutIncomplete(options.Files.SsoCache));
        }
    }

    private IEnumerable<SsoRole> RolesOf(AwsConfiguration configuration)
    {
        foreach (var profile in configuration.ProfileNames.Select(name => configuration.Profile(name)!))
        {
            var isOurs = _session.Name is { } name ? profile.SsoSession == name : profile.SsoSession is null && profile["sso_start_url"] == _session.StartUrl;
            if (isOurs && profile is { SsoAccountId: { } account, SsoRoleName: { } role })
                yield return new SsoRole(profile.Name, account, role, profile.Region);
        }
    }
}
