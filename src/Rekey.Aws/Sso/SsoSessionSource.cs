using Rekey.Aws.Profiles;
using Rekey.Files;

namespace Rekey.Aws.Sso;

/// <summary>
/// A session that a human signs in to, as a source: the token in the cache that all AWS tools share, refreshed while it can be, and
/// a sign-in when it cannot.
/// </summary>
public sealed class SsoSessionSource : CredentialSource<SsoToken>, ISignIn
{
    // As the AWS CLI has it: whoever comes first refreshes for all.
    private static readonly TimeSpan Due = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan SaveAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1.5);

    private readonly SsoSessionOptions _options;
    private readonly SsoTokenCache _cache;
    private readonly TokenRefresh _refresh;
    private readonly SignIn _signIn;
    private readonly PortalClient _portal;
    private volatile CachedToken? _delivered;
    private volatile CachedToken? _afterRefusal;
    private volatile SsoToken? _refused;

    /// <summary>Makes the source of one session.</summary>
    public SsoSessionSource(SsoSessionOptions options)
    {
        _options = options;
        var secrets = new SsoSecrets(options.Secrets, options.Credential);
        var http = new SsoHttp(options.Http, options.Time, options.Logger);
        var oidc = new OidcClient(http, options.Endpoints.Oidc, secrets, options.Time);
        _portal = new PortalClient(http, options.Endpoints.Portal, secrets, options.Time);
        _cache = new SsoTokenCache(options.Session, options.Files, secrets, options.Time, options.Logger, options.Disk);
        _refresh = new TokenRefresh(options.Session.Label, _cache, oidc, options.Time, options.Logger);
        _signIn = new SignIn(options, _cache, oidc, secrets);
    }

    /// <summary>What a human signs in to.</summary>
    public SsoSession Session => _options.Session;

    /// <inheritdoc/>
    public override string Reference => $"aws-sso:{Session.Label}";

    /// <summary>While a token could not be written it is polled, which tries to write it again.</summary>
    public override TimeSpan? PollInterval => Warning is null ? null : SaveAgain;

    /// <inheritdoc/>
    public override Task Settled => _refresh.Settled;

    /// <summary>What is wrong although the session works: its token could not be written, so that other tools do not see it.</summary>
    public override CredentialError? Warning => _cache.Warning;

    /// <summary>A client for all sessions: no redirects, which would carry a token elsewhere, and no cookies.</summary>
    public static HttpClient CreateClient() => SsoHttp.CreateClient();

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SsoToken>> FetchAsync(FetchRequest<SsoToken> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _cache.SaveKeptAsync().ConfigureAwait(false);
        var reading = await _cache.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (reading.Token is null)
            _delivered = null; // when the same one comes back, that is news
        var token = TokenIn(reading);
        var isRefused = IsRefused(token, request);
        if (isRefused || LeftOf(token) <= Due)
            token = await RefreshAsync(token, isRefused, request.Current, cancellationToken).ConfigureAwait(false);
        _delivered = token;
        return AnswerOf(token);
    }

    /// <summary>Asks the portal whether it accepts the token.</summary>
    public async ValueTask<Verification> VerifyAsync(SsoToken token, CancellationToken cancellationToken)
    {
        var reply = await _portal.ProbeAsync(token.AccessToken, cancellationToken).ConfigureAwait(false);
        switch (reply.Fault?.Kind)
        {
            case null or FaultKind.Forbidden: // a user without any account is signed in all the same
                return Verification.Accepted;
            case FaultKind.Unauthorized:
                _refused = token;
                return Verification.Refused();
            default:
                return Verification.Indeterminate(SsoErrors.Of(reply.Fault));
        }
    }

    /// <inheritdoc/>
    public override IDisposable Watch(Action changed) =>
        new FileWatch(() => _options.Files.SsoCache, Poll, () => Task.FromResult(_cache.Stamp()), _ => HasNewsAsync(), changed, _options.Time, _options.Logger);

    /// <inheritdoc/>
    public Task SignInAsync(SignInRequest request, CancellationToken cancellationToken) => _signIn.RunAsync(request, cancellationToken);

    /// <summary>
    /// Signs out: ends the session at its portal and deletes what it left here, as <c>aws sso logout</c> does for every session. Role
    /// credentials that the AWS CLI keeps are found through the profiles in <paramref name="configuration"/>.
    /// </summary>
    public Task SignOutAsync(AwsConfiguration configuration, CancellationToken cancellationToken) =>
        new SignOut(_options, _cache, _portal).RunAsync(configuration, cancellationToken);

    private async Task<CachedToken> RefreshAsync(CachedToken token, bool isRefused, Lease<SsoToken>? current, CancellationToken cancellationToken)
    {
        // One refresh answers a refusal. A portal that refuses its outcome too has ended the session.
        if (isRefused && token.AccessToken == _afterRefusal?.AccessToken)
            throw new CredentialException(SsoErrors.SessionEnded(Session.Label, "the portal refuses its newest token too"));
        try
        {
            var next = await _refresh.RunAsync(token, cancellationToken).ConfigureAwait(false);
            if (isRefused)
                _afterRefusal = next;
            return next;
        }
        catch (CredentialException e) when (!isRefused && LeftOf(token) > TimeSpan.Zero && current?.Credential.AccessToken != token.AccessToken)
        {
            // Nothing else is in use: a token that still serves is better than none.
            SsoLog.StillServes(_options.Logger, Session.Label, e.Error.Code);
            return token;
        }
    }

    private bool IsRefused(CachedToken token, FetchRequest<SsoToken> request) =>
        token.AccessToken == _refused?.AccessToken
        || (request.Current is { IsRejected: true } lease && token.AccessToken == lease.Credential.AccessToken);

    private CachedToken TokenIn(TokenReading reading) => reading switch
    {
        { Token: { } token } => token,
        { State: TokenState.Forbidden } => throw new CredentialException(CredentialErrors.SourceRefused(
            Reference, "this process may not read the token file", $"Let the user that runs Rekey read the files in {_options.Files.SsoCache}.")),
        { State: TokenState.Busy } => throw new CredentialException(CredentialErrors.SourceUnavailable(Reference, "the token file cannot be read now")),
        _ => throw new CredentialException(SsoErrors.SignInRequired(Session.Label, isDamaged: reading.State is TokenState.Damaged)),
    };

    private TimeSpan LeftOf(CachedToken token) => token.LeftAt(_options.Time.GetUtcNow());

    private SourceAnswer<SsoToken> AnswerOf(CachedToken token)
    {
        var isInMemory = Warning is not null;
        var credential = new SsoToken { AccessToken = token.AccessToken, Region = Session.Region, StartUrl = Session.StartUrl };
        return new SourceAnswer<SsoToken>(credential)
        {
            ExpiresAt = token.ExpiresAt,
            Source = isInMemory ? $"{Reference} (in memory alone: its file cannot be written)" : Reference,
            IsFallback = isInMemory,
        };
    }

    private async Task<bool> HasNewsAsync() =>
        (await _cache.ReadAsync(CancellationToken.None).ConfigureAwait(false)).Token?.AccessToken != _delivered?.AccessToken;
}
