namespace Rekey.OAuth;

/// <summary>
/// A session with any authorization server of OAuth 2.0. There is nobody generic to ask whether an access token is good: such a
/// session stays unverified, and the services it is presented to decide.
/// </summary>
public sealed class OAuthAuthority : SessionAuthority<OAuthCredential>
{
    private readonly OAuthOptions _options;
    private readonly OAuthSecrets _secrets;
    private readonly TokenClient _tokens;
    private readonly DeviceGrant _device;
    private readonly RefusedTokens _refused = new();

    /// <summary>Throws <see cref="ArgumentException"/> when <see cref="OAuthOptions.Problems"/> has any.</summary>
    public OAuthAuthority(OAuthOptions options)
    {
        var problems = string.Join("; ", options.Problems());
        if (problems.Length > 0)
            throw new ArgumentException(problems, nameof(options));
        var http = new OAuthHttp(options);
        var endpoints = new OAuthEndpoints(options, http);
        _options = options;
        _secrets = new OAuthSecrets(options.Secrets, options.Credential);
        _tokens = new TokenClient(options, endpoints, http, _secrets);
        _device = new DeviceGrant(options, endpoints, http, _tokens, _secrets);
    }

    /// <inheritdoc/>
    public override string Reference => _options.Reference;

    /// <inheritdoc/>
    public override string Identity => $"oauth {_options.Issuer} {_options.TokenEndpoint} {_options.ClientId} {_options.Grant}";

    /// <summary>True for refresh tokens: whether a server rotates them shows only in its answer.</summary>
    public override bool SpendsWhatItRefreshes => _options.Grant is not OAuthGrant.ClientCredentials;

    /// <inheritdoc/>
    public override bool CanSignIn => _options.Grant is OAuthGrant.DeviceCode;

    /// <inheritdoc/>
    public override SessionState? Begin(SecretDocument configured)
    {
        OAuthClient.Read(_options, configured, _secrets);
        var fields = new Dictionary<string, Secret>(StringComparer.Ordinal);
        if (_options.Grant is OAuthGrant.ClientCredentials)
            return new SessionState { Fields = fields };
        var problems = new List<string>();
        foreach (var field in new[] { TokenFields.RefreshToken, TokenFields.AccessToken })
        {
            if (ConfiguredValues.FindToken(configured, field, problems) is { } token)
                fields[field] = token;
        }
        if (problems.Count == 0 && !fields.ContainsKey(TokenFields.RefreshToken))
        {
            if (_options.Grant is OAuthGrant.DeviceCode)
                return null;
            problems.Add($"{TokenFields.RefreshToken}: missing");
        }
        return problems.Count == 0
            ? _secrets.Learn(new SessionState { Fields = fields })
            : throw new CredentialException(CredentialErrors.SecretInvalid(ConfiguredValues.Of(_options), problems));
    }

    /// <inheritdoc/>
    public override OAuthCredential? Present(SessionState state) =>
        state[TokenFields.AccessToken] is { IsEmpty: false } token && !(state.ExpiresAt <= _options.Time.GetUtcNow()) ? new OAuthCredential(token) : null;

    /// <inheritdoc/>
    public override CredentialError? WhyNotRefreshable(SessionState state) =>
        _options.Grant is OAuthGrant.ClientCredentials || state[TokenFields.RefreshToken] is not null ? null : OAuthErrors.NoRefreshToken(_options);

    /// <inheritdoc/>
    public override Task<SessionState> RefreshAsync(SessionState state, SecretDocument configured, CancellationToken cancellationToken)
    {
        _secrets.Learn(state);
        var client = OAuthClient.Read(_options, configured, _secrets);
        return _options.Grant is OAuthGrant.ClientCredentials ? ActForItselfAsync(client, cancellationToken) : RefreshAsync(state, client, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<SessionState> SignInAsync(SignInRequest request, SecretDocument configured, CancellationToken cancellationToken) =>
        CanSignIn
            ? _device.SignInAsync(request, OAuthClient.Read(_options, configured, _secrets), cancellationToken)
            : throw new NotSupportedException();

    private async Task<SessionState> ActForItselfAsync(OAuthClient client, CancellationToken cancellationToken)
    {
        var reply = await _tokens.ActForItselfAsync(client, cancellationToken).ConfigureAwait(false);
        return reply.Answer is { } answer
            ? (answer with { RefreshToken = null }).Begin(reply.AskedAt) // one would only be a second way to what the secret gives
            : throw Failed(reply.Fault!);
    }

    private async Task<SessionState> RefreshAsync(SessionState state, OAuthClient client, CancellationToken cancellationToken)
    {
        if (WhyNotRefreshable(state) is { } reason)
            throw new CredentialException(reason);
        var token = state[TokenFields.RefreshToken]!.Value;
        if (_refused.Has(client.Id, token))
        {
            OAuthLog.NotPresentedAgain(_options.Logger, Reference);
            throw new CredentialException(OAuthErrors.Revoked(_options));
        }
        var reply = await _tokens.RefreshAsync(client, token, cancellationToken).ConfigureAwait(false);
        if (reply.Answer is { } answer)
            return (answer with { RefreshToken = answer.RefreshToken ?? token }).Begin(reply.AskedAt);
        if (reply.Fault!.Kind is not OAuthFaultKind.InvalidGrant)
            throw Failed(reply.Fault);
        _refused.Add(client.Id, token);
        throw new CredentialException(OAuthErrors.Revoked(_options));
    }

    private CredentialException Failed(OAuthFault fault) => new(OAuthErrors.Of(fault, _options, "its token endpoint", "tokenEndpoint"));
}
