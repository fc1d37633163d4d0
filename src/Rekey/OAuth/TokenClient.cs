namespace Rekey.OAuth;

/// <summary>What came of asking for a token.</summary>
/// <param name="Answer">The token, if it was granted.</param>
/// <param name="AskedAt">When it was asked for: its life began no later.</param>
/// <param name="Fault">Why it was not.</param>
internal sealed record TokenReply(TokenAnswer? Answer, DateTimeOffset AskedAt, OAuthFault? Fault);

/// <summary>Asks the token endpoint.</summary>
internal sealed class TokenClient(OAuthOptions options, OAuthEndpoints endpoints, OAuthHttp http, OAuthSecrets secrets)
{
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    public Task<TokenReply> RefreshAsync(OAuthClient client, Secret token, CancellationToken cancellationToken) =>
        AskAsync(client, Wanted(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token.Reveal() }), cancellationToken);

    public Task<TokenReply> ActForItselfAsync(OAuthClient client, CancellationToken cancellationToken) =>
        AskAsync(client, Wanted(new() { ["grant_type"] = "client_credentials" }), cancellationToken);

    public Task<TokenReply> RedeemAsync(OAuthClient client, Secret deviceCode, CancellationToken cancellationToken) =>
        AskAsync(client, new() { ["grant_type"] = DeviceGrant, ["device_code"] = deviceCode.Reveal() }, cancellationToken);

    /// <summary>Adds what the token shall be good for, where the operator says so.</summary>
    public Dictionary<string, string> Wanted(Dictionary<string, string> form)
    {
        if (options.Scopes.Count > 0)
            form["scope"] = string.Join(' ', options.Scopes);
        if (options.Audience is { } audience)
            form["audience"] = audience;
        if (options.Resource is { } resource)
            form["resource"] = resource;
        return form;
    }

    private async Task<TokenReply> AskAsync(OAuthClient client, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        var endpoint = await endpoints.TokenAsync(client, cancellationToken).ConfigureAwait(false);
        var asked = options.Time.GetUtcNow();
        var reply = await http.PostAsync(endpoint, client, form, cancellationToken).ConfigureAwait(false);
        if (reply.Fault is { } fault)
        {
            endpoints.Doubt(fault);
            return fault.Kind is OAuthFaultKind.NotFound && endpoint.IsRemembered
                ? throw new CredentialException(SessionErrors.Network(options.Reference, "its token endpoint is no longer where it was and is looked up anew"))
                : new TokenReply(null, asked, fault);
        }
        return TokenAnswer.Read(reply.Body, asked, secrets, out var problem) is { } answer
            ? new TokenReply(answer, asked, null)
            : throw new CredentialException(SessionErrors.InvalidResponse(options.Reference, problem!));
    }
}
