namespace Rekey.Vault;

/// <summary>The token that everything else is read with: given by somebody, or obtained by a login of ours.</summary>
public sealed class VaultTokenSource : CredentialSource<VaultToken>
{
    private readonly VaultAuth _auth;
    private readonly VaultOptions _options;
    private readonly VaultClient _client;
    private readonly VaultInput _input;
    private readonly VaultLogin _login;
    private volatile VaultToken? _limited; // given to us, and not extended by a whole life any more

    /// <summary>Throws <see cref="ArgumentException"/> when <see cref="VaultOptions.Problems"/> has any.</summary>
    public VaultTokenSource(VaultOptions options, VaultAuth auth)
    {
        var problems = string.Join("; ", options.Problems());
        if (problems.Length > 0)
            throw new ArgumentException(problems, nameof(options));
        (_options, _auth) = (options, auth);
        _client = new VaultClient(options);
        _input = new VaultInput(options);
        _login = new VaultLogin(auth, Reference, options, _client, _input);
    }

    /// <inheritdoc/>
    public override string Reference => $"vault:{_auth.Method}";

    /// <inheritdoc/>
    public override bool CanRotate => _auth is not GivenTokenAuth given || given.Given.CanRotate;

    /// <summary>Tokens of our own logins end with us; one that somebody gave us is theirs.</summary>
    public override bool CanRevoke => _auth is not GivenTokenAuth;

    /// <inheritdoc/>
    public override TimeSpan? PollInterval => (_auth as GivenTokenAuth)?.Given.PollInterval;

    /// <summary>None: each look at a new token asks Vault.</summary>
    public override TimeSpan? RetryInterval => null;

    /// <inheritdoc/>
    public override CredentialError? Warning =>
        _limited is not null && _auth is GivenTokenAuth given ? VaultErrors.TokenEnds(Reference, given.Given.Reference) : null;

    /// <inheritdoc/>
    public override ValueTask<SourceAnswer<VaultToken>> FetchAsync(FetchRequest<VaultToken> request, CancellationToken cancellationToken) =>
        new(_auth is GivenTokenAuth given ? TakeAsync(given, request, cancellationToken) : LogInAsync(request, cancellationToken));

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<VaultToken>?> RenewAsync(Lease<VaultToken> lease, CancellationToken cancellationToken)
    {
        // Where a given token stands is looked at far more often than it is due.
        if (_auth is GivenTokenAuth && lease.IsFresh(_options.Time))
            return null;
        var reply = (await _client.RenewAsync(lease.Credential, lease.Granted, cancellationToken).ConfigureAwait(false)).OrThrow(Reference);
        if (!reply.IsSuccess)
            return null;
        var grant = VaultGrant.OfToken(reply);
        NoticeLimit(lease.Credential, grant, lease.Granted);
        return (_limited is null ? grant : grant with { IsRenewable = false }).Extending(lease);
    }

    /// <inheritdoc/>
    public override async ValueTask RevokeAsync(Lease<VaultToken> lease, CancellationToken cancellationToken)
    {
        var reply = (await _client.RevokeAsync(lease.Credential, cancellationToken).ConfigureAwait(false)).OrThrow(Reference);
        if (!reply.IsSuccess && reply.Status != 403) // it has ended already
            throw new CredentialException(VaultErrors.Unexpected(Reference, $"Vault does not revoke its token (HTTP {reply.Status})"));
    }

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) => _auth.Input?.Watch(changed);

    /// <summary>Asks Vault whether it accepts the token.</summary>
    public async ValueTask<Verification> VerifyAsync(VaultToken token, CancellationToken cancellationToken)
    {
        var reply = await _client.LookUpAsync(token, cancellationToken).ConfigureAwait(false);
        if (VaultErrors.OfTransport(Reference, reply) is { } error)
            return Verification.Indeterminate(error);
        return reply.IsSuccess ? Verification.Accepted : Verification.Refused(CredentialErrors.Rejected(_options.Name));
    }

    private async Task<SourceAnswer<VaultToken>> TakeAsync(GivenTokenAuth given, FetchRequest<VaultToken> request, CancellationToken cancellationToken)
    {
        var token = new VaultToken(await _input.ReadAsync(given.Given, "token", cancellationToken).ConfigureAwait(false));
        if (request is { Trigger: RefreshTrigger.Schedule, Current: { } current } && current.IsFresh(_options.Time) && current.Credential == token)
            return Same(current);
        var reply = (await _client.LookUpAsync(token, cancellationToken).ConfigureAwait(false)).OrThrow(Reference);
        var life = VaultReply.Life(reply.Data, "ttl");
        var hasEnded = life is null && reply.Data.Text("expire_time") is not null; // in its last second: without an end there is no such time
        if (!reply.IsSuccess || hasEnded)
            throw new CredentialException(VaultErrors.TokenRefused(Reference, given.Given.Reference));
        if (_limited != token)
            _limited = null;
        var grant = new VaultGrant(life, _limited is null && VaultReply.Is(reply.Data, "renewable"), Id: null, HasWarnings: false);
        return Answer(token, await ExtendedAsync(token, grant, VaultReply.Life(reply.Data, "creation_ttl"), cancellationToken).ConfigureAwait(false));
    }

    // What comes to us near its end would be extended by little, again and again: the first extension asks for a whole life.
    private async Task<VaultGrant> ExtendedAsync(VaultToken token, VaultGrant grant, TimeSpan? whole, CancellationToken cancellationToken)
    {
        if (!grant.IsRenewable || !(grant.Life < whole / 2))
            return grant;
        var reply = await _client.RenewAsync(token, whole, cancellationToken).ConfigureAwait(false);
        if (!reply.IsSuccess || VaultGrant.OfToken(reply) is not { Life: not null } extended)
            return grant;
        NoticeLimit(token, extended, whole);
        return extended with { Id = null };
    }

    // Extended again it would be by ever less, until its end: somebody has to put another one in its place.
    private void NoticeLimit(VaultToken token, VaultGrant grant, TimeSpan? asked)
    {
        if (_auth is GivenTokenAuth && grant.FallsShortOf(asked))
            _limited = token;
    }

    private async Task<SourceAnswer<VaultToken>> LogInAsync(FetchRequest<VaultToken> request, CancellationToken cancellationToken)
    {
        if (request.Current is { } current && Suffices(current, request.Trigger) && await IsAcceptedAsync(current, cancellationToken).ConfigureAwait(false))
            return Same(current);
        var reply = await _login.LogInAsync(cancellationToken).ConfigureAwait(false);
        if (reply.Body.Member("auth")?.Text("client_token") is not { } text)
            throw new CredentialException(VaultErrors.Unexpected(Reference, "a login was answered without a token"));
        var token = new VaultToken(_input.Learn("token", new Secret(text)));
        return Answer(token, VaultGrant.OfToken(reply));
    }

    // A new login would make everything anew that stands on the token: not for a look at one that cannot be extended, nor because what
    // is shown at a login has changed, or what that is read with.
    private bool Suffices(Lease<VaultToken> lease, RefreshTrigger trigger) =>
        lease.IsFresh(_options.Time)
        && (trigger is RefreshTrigger.Rotation or RefreshTrigger.Parent || (trigger is RefreshTrigger.Schedule && !lease.Term.IsRenewable));

    private async Task<bool> IsAcceptedAsync(Lease<VaultToken> lease, CancellationToken cancellationToken) =>
        (await _client.LookUpAsync(lease.Credential, cancellationToken).ConfigureAwait(false)).OrThrow(Reference).IsSuccess;

    private static SourceAnswer<VaultToken> Answer(VaultToken token, VaultGrant grant) => new(token)
    {
        TimeToLive = grant.Life,
        IsRenewable = grant.IsRenewable,
        LeaseId = grant.Id, // a batch token has none, and cannot be revoked
        IsVerified = true,
    };

    private static SourceAnswer<VaultToken> Same(Lease<VaultToken> lease) => new(lease.Credential)
    {
        ExpiresAt = lease.Term.Expires?.Wall,
        IsRenewable = lease.Term.IsRenewable,
        LeaseId = lease.LeaseId,
        IsVerified = true,
    };
}
