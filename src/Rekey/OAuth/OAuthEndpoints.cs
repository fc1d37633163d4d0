namespace Rekey.OAuth;

/// <summary>Finds the endpoints: those that the operator named, else those of the discovery document, which is kept for a day.</summary>
internal sealed class OAuthEndpoints(OAuthOptions options, OAuthHttp http)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private volatile Known? _known;

    private sealed record Known(ServerMetadata Metadata, DateTimeOffset ReadAt);

    public Task<OAuthEndpoint> TokenAsync(OAuthClient client, CancellationToken cancellationToken) =>
        FindAsync(options.TokenEndpoint, "tokenEndpoint", static m => m.TokenEndpoint, client, cancellationToken);

    public Task<OAuthEndpoint> DeviceAsync(OAuthClient client, CancellationToken cancellationToken) =>
        FindAsync(options.DeviceEndpoint, "deviceEndpoint", static m => m.DeviceEndpoint, client, cancellationToken);

    /// <summary>A failure that an outdated document could cause: it is read anew before the next call.</summary>
    public void Doubt(OAuthFault fault)
    {
        if (fault.Kind is OAuthFaultKind.Unreachable or OAuthFaultKind.NotFound)
            _known = null;
    }

    private async Task<OAuthEndpoint> FindAsync(
        Uri? configured, string key, Func<ServerMetadata, string?> named, OAuthClient client, CancellationToken cancellationToken)
    {
        var asksHow = options.Authentication is OAuthClientAuthentication.Auto && client.ClientSecret is not null;
        if (options.Issuer is not { } issuer || (configured is not null && !asksHow))
            return new OAuthEndpoint(configured ?? throw Missing(key), client.Way(options.Authentication, takesOnlyPost: false), IsRemembered: false);
        var before = Fresh(_known);
        var known = before ?? await ReadAsync(issuer, cancellationToken).ConfigureAwait(false);
        var address = configured ?? Named(named(known.Metadata), key, issuer);
        return new OAuthEndpoint(address, client.Way(options.Authentication, known.Metadata.TakesOnlyPost), IsRemembered: before is not null && configured is null);
    }

    private async Task<Known> ReadAsync(Uri issuer, CancellationToken cancellationToken)
    {
        var metadata = await new Discovery(options.Reference, issuer, http).ReadAsync(cancellationToken).ConfigureAwait(false);
        OAuthLog.Discovered(options.Logger, options.Reference);
        return _known = new Known(metadata, options.Time.GetUtcNow());
    }

    private Known? Fresh(Known? known) =>
        known is not null && options.Time.GetUtcNow() - known.ReadAt is var age && age >= TimeSpan.Zero && age < KeptFor ? known : null;

    private Uri Named(string? address, string key, Uri issuer) =>
        EndpointRule.Admitted(address, issuer)
        ?? throw (address is null ? Missing(key) : new CredentialException(OAuthErrors.Setting(
            options.Reference, $"its discovery document names an address that is {EndpointRule.Problem}", $"Check issuer, or configure {key} yourself.")));

    private CredentialException Missing(string key) =>
        new(OAuthErrors.Setting(options.Reference, $"its discovery document does not name the endpoint that {key} would", $"Configure {key}."));
}
