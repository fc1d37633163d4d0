namespace Rekey.Slack;

/// <summary>
/// Slack as the authority of a session: of a browser (token and cookie, refreshed at the page of the workspace), of an app (token and
/// refresh token, exchanged at the API), or of a token alone, which is never refreshed.
/// </summary>
public sealed class SlackAuthority : SessionAuthority<SlackCredential>
{
    private const int LargestPage = 8 << 20;
    private const int LargestReply = 1 << 20;
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly SlackOptions _options;
    private readonly SlackEndpoints _endpoints;
    private readonly SlackSecrets _secrets;
    private readonly SlackSession _session;
    private readonly SlackRotation _rotation;
    private readonly SlackVerifier _verifier;

    /// <summary>Throws <see cref="ArgumentException"/> for a workspace or an address that may not be used.</summary>
    public SlackAuthority(SlackOptions options)
    {
        _options = options;
        _endpoints = new SlackEndpoints(options.Workspace, options.Address);
        _secrets = new SlackSecrets(options.Secrets, options.Credential);
        Reference = _endpoints.Workspace is { } workspace ? $"slack:{workspace}" : "slack";
        var api = new SlackApi(new BoundedHttp(options.Http, CallLimit, LargestReply, options.Time), _endpoints, Reference);
        var pages = new BoundedHttp(options.Http, CallLimit, LargestPage, options.Time);
        _session = new SlackSession(pages, _endpoints, _secrets, Reference, options.Time, options.Logger);
        _rotation = new SlackRotation(api, _secrets, Reference);
        _verifier = new SlackVerifier(api, Reference, options.Time);
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override string Identity => $"slack {_endpoints.Workspace} {_options.Address} {_options.ClientId}";

    /// <summary>The page of a workspace wants its cookie alone.</summary>
    public override bool NeedsConfigured => SpendsWhatItRefreshes;

    /// <summary>A refresh token is good once; a browser's cookie is not used up.</summary>
    public override bool SpendsWhatItRefreshes => !string.IsNullOrWhiteSpace(_options.ClientId);

    /// <inheritdoc/>
    public override SessionState Begin(SecretDocument configured) => new SlackDocument(_options, _secrets, Reference).Read(configured);

    /// <inheritdoc/>
    public override SlackCredential? Present(SessionState state) =>
        !(state.ExpiresAt <= _options.Time.GetUtcNow()) && TokenOf(state) is { } token
            ? new SlackCredential(token, CookieOf(state), _endpoints.Workspace)
            : null;

    /// <inheritdoc/>
    public override CredentialError? WhyNotRefreshable(SessionState state)
    {
        if (state[SlackFields.RefreshToken] is not null)
            return SpendsWhatItRefreshes ? null : SlackErrors.NoClient;
        return TokenOf(state) is { } token && !SlackToken.IsSession(token) ? SlackErrors.NeverRefreshed
            : CookieOf(state) is null ? SlackErrors.NoCookie
            : _endpoints.Workspace is null ? SlackErrors.NoWorkspace
            : null;
    }

    /// <inheritdoc/>
    public override async Task<SessionState> RefreshAsync(SessionState state, SecretDocument configured, CancellationToken cancellationToken)
    {
        if (WhyNotRefreshable(state) is { } why)
            throw new CredentialException(why);
        return state[SlackFields.RefreshToken] is { } refreshToken
            ? await RotateAsync(_secrets.Learn(SlackFields.RefreshToken, refreshToken), configured, cancellationToken).ConfigureAwait(false)
            : await ReopenAsync(CookieOf(state)!.Value, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask<Verification?> VerifyAsync(SlackCredential credential, CancellationToken cancellationToken) =>
        await _verifier.VerifyAsync(credential, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override DateTimeOffset? DueAt(SessionState state)
    {
        var ownEndDecides = state[SlackFields.RefreshToken] is not null && state.ExpiresAt is not null;
        if (!_options.IsScheduled || ownEndDecides || WhyNotRefreshable(state) is not null)
            return null;
        // Nobody knows the age of what was configured, nor of what a wrong clock has dated.
        return state.RefreshedAt is { } refreshed && refreshed <= _options.Time.GetUtcNow() + ClockTolerance
            ? refreshed + _options.RefreshInterval
            : DateTimeOffset.MinValue;
    }

    private async Task<SessionState> ReopenAsync(Secret cookie, CancellationToken cancellationToken)
    {
        var (token, newest) = await _session.RefreshAsync(cookie, cancellationToken).ConfigureAwait(false);
        return new SessionState
        {
            Fields = new Dictionary<string, Secret> { [SlackFields.Token] = token, [SlackFields.Cookie] = newest },
            RefreshedAt = _options.Time.GetUtcNow(),
        };
    }

    private async Task<SessionState> RotateAsync(Secret refreshToken, SecretDocument configured, CancellationToken cancellationToken)
    {
        if (configured.Field(SlackFields.ClientSecret) is not { IsEmpty: false } clientSecret)
            throw new CredentialException(CredentialErrors.SecretInvalid(Reference, $"{SlackFields.ClientSecret}: is missing"));
        _secrets.Learn(SlackFields.ClientSecret, clientSecret);
        var asked = _options.Time.GetUtcNow();
        var granted = await _rotation.RefreshAsync(_options.ClientId!, clientSecret, refreshToken, cancellationToken).ConfigureAwait(false);
        return new SessionState
        {
            Fields = new Dictionary<string, Secret> { [SlackFields.Token] = granted.Token, [SlackFields.RefreshToken] = granted.RefreshToken ?? refreshToken },
            ExpiresAt = asked + granted.Life,
            RefreshedAt = asked,
        };
    }

    // A state can come from a store, and there from an older program: it is read like what a person wrote.
    private Secret? TokenOf(SessionState state) =>
        state[SlackFields.Token] is { } token && SlackToken.HasForm(token.Reveal()) ? _secrets.Learn(SlackFields.Token, token) : null;

    private Secret? CookieOf(SessionState state) =>
        state[SlackFields.Cookie] is { } cookie && SlackCookie.Read(cookie.Reveal()) is { } read ? _secrets.LearnCookie(read) : null;
}
