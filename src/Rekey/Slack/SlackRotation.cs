using System.Text.Json;

namespace Rekey.Slack;

/// <summary>A token that an app was granted.</summary>
/// <param name="Token">What is presented.</param>
/// <param name="RefreshToken">What the next one is obtained with; null when none was issued.</param>
/// <param name="Life">How long the token lives; null for ever.</param>
internal sealed record GrantedToken(Secret Token, Secret? RefreshToken, TimeSpan? Life);

/// <summary>Refreshes the tokens of an app: a refresh token, good once, for a token and the next refresh token.</summary>
internal sealed class SlackRotation(SlackApi api, SlackSecrets secrets, string reference)
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(366);

    public async Task<GrantedToken> RefreshAsync(string clientId, Secret clientSecret, Secret refreshToken, CancellationToken cancellationToken)
    {
        var reply = await api.RotateAsync(clientId, clientSecret, refreshToken, cancellationToken).ConfigureAwait(false);
        if (reply is { IsOk: true, Body: { } body })
            return Read(body) ?? throw new CredentialException(SessionErrors.InvalidResponse(reference, "Slack granted something that is no token"));
        throw new CredentialException(Error(reply));
    }

    private CredentialError Error(SlackReply reply) => SlackCodes.Of(reply.Code) switch
    {
        SlackFault.Refused => SlackErrors.RefreshTokenRefused(reply.Code!),
        SlackFault.ClientRefused => SlackErrors.ClientRefused(reference, reply.Code!),
        SlackFault.RateLimited => SessionErrors.RateLimited(reference, reply.RetryAfter),
        SlackFault.Passing => SessionErrors.Network(reference, $"Slack failed ({reply.Code})"),
        _ => reply.Transport ?? SessionErrors.InvalidResponse(reference, "Slack answered to oauth.v2.access with something else than a token or a known error"),
    };

    // What belongs to a user can be granted beside what belongs to a bot.
    private GrantedToken? Read(JsonElement body)
    {
        var granted = body.Text("access_token") is null && body.Member("authed_user") is { } user ? user : body;
        var next = Learned(granted, "refresh_token", SlackFields.RefreshToken);
        return Learned(granted, "access_token", SlackFields.Token) is { } token ? new GrantedToken(token, next, Life(granted)) : null;
    }

    private Secret? Learned(JsonElement granted, string name, string field) =>
        granted.Text(name) is not { } text ? null
        : secrets.Learn(field, new Secret(text)) is var value && SlackToken.HasForm(text) ? value
        : null;

    // A life that makes no sense costs nothing: the refresh token beside it must not be lost.
    private static TimeSpan? Life(JsonElement granted) =>
        granted.Number("expires_in") is { } seconds && seconds > 0 && seconds <= LongestLife.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
}
