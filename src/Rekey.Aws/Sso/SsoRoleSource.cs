namespace Rekey.Aws.Sso;

/// <summary>Credentials of a role, handed out by the portal to the token of a session. They stay in memory.</summary>
public sealed class SsoRoleSource : CredentialSource<AwsSessionCredential>
{
    // The token in use, the one that a refresh brings, and nothing after that.
    private const int MostTokens = 3;

    private readonly SsoRole _role;
    private readonly ManagedCredential<SsoToken> _session;
    private readonly PortalClient _portal;

    /// <summary>
    /// Makes the source of one role. <paramref name="options"/> are those of its session, under the name of the credential that this
    /// source belongs to.
    /// </summary>
    public SsoRoleSource(SsoRole role, SsoSessionOptions options, ManagedCredential<SsoToken> session)
    {
        (_role, _session) = (role, session);
        var http = new SsoHttp(options.Http, options.Time, options.Logger);
        _portal = new PortalClient(http, options.Endpoints.Portal, new SsoSecrets(options.Secrets, options.Credential), options.Time);
    }

    /// <inheritdoc/>
    public override string Reference => $"aws-sso:{_role.Profile}";

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<AwsSessionCredential>> FetchAsync(
        FetchRequest<AwsSessionCredential> request, CancellationToken cancellationToken)
    {
        for (var token = 1; ; token++)
        {
            var lease = await SessionAsync(cancellationToken).ConfigureAwait(false);
            var reply = await _portal.RoleKeysAsync(lease.Credential.AccessToken, _role.Account, _role.Name, cancellationToken).ConfigureAwait(false);
            if (reply.Value is { } keys)
                return AnswerOf(keys, lease);
            if (reply.Fault!.Kind is not FaultKind.Unauthorized)
                throw new CredentialException(ErrorOf(reply.Fault));
            // The session finds a newer token, or says that a human is needed.
            _session.Reject(lease);
            if (token == MostTokens)
                throw new CredentialException(SsoErrors.SessionEnded(_session.Name, "the portal refuses every token of it") with { Parent = _session.Name });
        }
    }

    private async Task<Lease<SsoToken>> SessionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _session.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CredentialException e)
        {
            throw new CredentialException(e.Error with { Parent = e.Error.Parent ?? _session.Name });
        }
    }

    private SourceAnswer<AwsSessionCredential> AnswerOf(RoleKeys keys, Lease<SsoToken> lease)
    {
        var credential = new AwsSessionCredential
        {
            AccessKeyId = keys.AccessKeyId,
            SecretAccessKey = keys.SecretAccessKey,
            SessionToken = keys.SessionToken,
            Region = _role.Region,
        };
        // A life that is over is said as a point in time: none at all would mean that it has no end.
        return new SourceAnswer<AwsSessionCredential>(credential)
        {
            TimeToLive = keys.Life > TimeSpan.Zero ? keys.Life : null,
            ExpiresAt = keys.Life > TimeSpan.Zero ? null : DateTimeOffset.UnixEpoch,
            StandsOn = lease,
        };
    }

    private CredentialError ErrorOf(ServiceFault fault) => fault.Kind switch
    {
        FaultKind.Forbidden or FaultKind.AccessDenied => SsoErrors.NoAccess(_role.Profile, _role.Account, _role.Name, _session.Name),
        FaultKind.NotFound or FaultKind.InvalidRequest => SsoErrors.RoleRefused(_role.Profile, _role.Account, _role.Name),
        _ => SsoErrors.Of(fault),
    };
}
