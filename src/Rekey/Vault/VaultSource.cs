namespace Rekey.Vault;

/// <summary>
/// A secret of Vault, read with a token that is a credential of its own. A lease dies with the token it was issued under; anything else
/// needs the token only to be read.
/// </summary>
public sealed class VaultSource : CredentialSource<SecretDocument>
{
    private readonly ManagedCredential<VaultToken> _token;
    private readonly VaultOptions _options;
    private readonly VaultClient _client;
    private readonly string _path;
    private readonly VaultRefusals _refusals;
    private readonly VaultPath? _named;
    private readonly string? _namespace;
    private volatile VaultPath? _found;

    /// <summary>Makes a source. Throws <see cref="ArgumentException"/> when the path has a <see cref="ProblemOf"/>.</summary>
    /// <param name="path">The path as people write it: the mount and the name below it.</param>
    /// <param name="token">The token, kept alive.</param>
    /// <param name="options">Which Vault.</param>
    /// <param name="engine">What answers there; null asks the mount.</param>
    /// <param name="namespace">Where the path is; null for the namespace of the login.</param>
    /// <param name="reference">The reference as the operator wrote it.</param>
    public VaultSource(
        string path, ManagedCredential<VaultToken> token, VaultOptions options, VaultEngine? engine = null, string? @namespace = null, string? reference = null)
    {
        if (ProblemOf(path, @namespace) is { } problem)
            throw new ArgumentException(problem, nameof(path));
        (_path, _token, _options, _namespace) = (path.Trim('/'), token, options, @namespace);
        _named = engine is { } known ? VaultPath.Of(_path, known) : null;
        _client = new VaultClient(options);
        Reference = reference ?? $"vault://{path}";
        _refusals = new VaultRefusals(Reference, token, _client, options);
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override bool CanRevoke => true;

    /// <summary>
    /// Whether the token's new leases are announced by <see cref="Watch"/>: for a credential that has this source as one of several, and
    /// so is not bound to the token as a whole.
    /// </summary>
    public bool AnnouncesParent { get; init; }

    /// <summary>Why a path names no secret, or a namespace none; null when they do. An empty namespace is the one above all others.</summary>
    public static string? ProblemOf(string path, string? @namespace = null) => path.Trim('/') switch
    {
        var trimmed when !VaultPath.IsPath(trimmed) => "It is no path of names between single slashes.",
        var trimmed when !trimmed.Contains('/') => "It names a mount and nothing below it.",
        _ when @namespace is { Length: > 0 } && !VaultPath.IsPath(@namespace.Trim('/')) => "The namespace is no path of names.",
        _ => null,
    };

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        var token = await TokenAsync(cancellationToken).ConfigureAwait(false);
        var (path, reply) = await ReadAsync(token, cancellationToken).ConfigureAwait(false);
        var refused = RefusalOf.Unknown;
        if (reply.Status == 403)
            refused = await _refusals.JudgeAsync(token, cancellationToken).ConfigureAwait(false);
        if (refused is RefusalOf.Token)
        {
            token = await TokenAsync(cancellationToken).ConfigureAwait(false);
            (path, reply) = await ReadAsync(token, cancellationToken).ConfigureAwait(false);
            if (reply.Status == 403)
                refused = await _refusals.JudgeAgainAsync(token, cancellationToken).ConfigureAwait(false);
        }
        if (path is null)
            throw new CredentialException(VaultErrors.EngineUnknown(Reference));
        // What has an end of its own is left to it: a lease is good for as long as Vault says.
        if (!reply.IsSuccess)
            throw new CredentialException(Denied(path, reply, isWithdrawn: refused is RefusalOf.Policy && request.Current is not { LeaseId: not null }));
        return VaultContent.Read(Reference, path.Engine, reply, token);
    }

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>?> RenewAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken)
    {
        if (lease.LeaseId is not { } id)
            return null;
        var token = await TokenAsync(cancellationToken).ConfigureAwait(false);
        var reply = (await _client.RenewAsync(id, lease.Granted, token.Credential, _namespace, cancellationToken).ConfigureAwait(false)).OrThrow(Reference);
        if (!reply.IsSuccess)
        {
            VaultLog.NotExtended(_options.Logger, Reference, reply.Status);
            if (reply.Status == 403)
                await _refusals.JudgeAsync(token, cancellationToken).ConfigureAwait(false);
            return null;
        }
        return VaultGrant.OfLease(reply).Extending(lease);
    }

    /// <inheritdoc/>
    public override async ValueTask RevokeAsync(Lease<SecretDocument> lease, CancellationToken cancellationToken)
    {
        if (lease.LeaseId is not { } id)
            return;
        // Giving something back is no reason for a login: without a token the lease has ended, or ends by itself.
        if (_token.Active is not { IsRejected: false } token)
            throw new CredentialException(CredentialErrors.SourceUnavailable(Reference, "there is no token to end a lease with"));
        var reply = (await _client.RevokeAsync(id, token.Credential, _namespace, cancellationToken).ConfigureAwait(false)).OrThrow(Reference);
        if (reply.Status == 403)
            throw new CredentialException(CredentialErrors.SourceRefused(Reference, "the token may not revoke leases", Allow("sys/leases/revoke", "update")));
    }

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) => AnnouncesParent ? new Announcement(_token, changed) : null;

    private async ValueTask<Lease<VaultToken>> TokenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _token.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CredentialException e)
        {
            throw new CredentialException(e.Error with { Parent = e.Error.Parent ?? _token.Name });
        }
    }

    // Without a path the reply is that of the mount, which did not say what it is.
    private async Task<(VaultPath? Path, VaultReply Reply)> ReadAsync(Lease<VaultToken> token, CancellationToken cancellationToken)
    {
        var path = _named ?? _found;
        if (path is null)
        {
            var mount = (await _client.MountAsync(_path, token.Credential, _namespace, cancellationToken).ConfigureAwait(false)).OrThrow(Reference);
            path = mount.IsSuccess ? VaultPath.Of(_path, mount.Data) : null;
            if (path is null)
                return (null, mount);
        }
        var reply = (await _client.ReadAsync(path.Api, token.Credential, _namespace, cancellationToken).ConfigureAwait(false)).OrThrow(Reference);
        _found = reply.IsSuccess || reply.Status == 403 ? path : null; // what is mounted there may be another engine by now
        return (path, reply);
    }

    private CredentialError Denied(VaultPath path, VaultReply reply, bool isWithdrawn) => reply.Status switch
    {
        400 => CredentialErrors.SourceRefused(
            Reference, "Vault knows no such role, or does not take the request (HTTP 400)", "Check the path and the role in it."),
        403 => CredentialErrors.SourceRefused(Reference, $"the policies of the token do not allow to read {path.Api}", Allow(path.Api, "read")) with
        {
            IsWithdrawal = isWithdrawn,
        },
        404 when VaultContent.IsDeleted(reply) => VaultErrors.SecretDeleted(Reference),
        404 => CredentialErrors.SourceUnavailable(Reference, $"there is nothing at {path.Api}", MissingStep(path)) with
        {
            IsWithdrawal = reply.Errors?.GetArrayLength() == 0, // otherwise it is the engine that is not there
        },
        405 => CredentialErrors.SourceRefused(Reference, "it is a place that cannot be read", "Let the reference name a secret, or credentials of a role."),
        _ => VaultErrors.Unexpected(Reference, $"Vault answers with HTTP {reply.Status}"),
    };

    private string MissingStep(VaultPath path) => path.Engine is VaultEngine.Kv2 && _named is null && path.Api.Contains("/data/data/", StringComparison.Ordinal)
        ? "Leave 'data/' out of the path: it is added where the engine wants it."
        : "Check the path; what is written there is noticed.";

    private static string Allow(string path, string capability) => $"Allow it in a policy of the token: path \"{path}\" {{ capabilities = [\"{capability}\"] }}.";
}
