using System.Text.Json;

namespace Rekey.OAuth;

/// <summary>What a token endpoint granted.</summary>
internal sealed record TokenAnswer(Secret AccessToken, Secret? RefreshToken, DateTimeOffset? ExpiresAt)
{
    private const string Bearer = "Bearer";
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);

    /// <summary>Null with the problem when it is not what was agreed.</summary>
    public static TokenAnswer? Read(JsonElement body, DateTimeOffset asked, OAuthSecrets secrets, out string? problem)
    {
        var access = Learn(TokenFields.AccessToken);
        var refresh = Learn(TokenFields.RefreshToken);
        problem =
            access is null ? "its answer has no access_token"
            : !IsToken(access.Value.Reveal()) ? "the access_token in its answer has characters in it that no token has"
            : body.Member(TokenFields.RefreshToken) is { ValueKind: not JsonValueKind.String } ? "the refresh_token in its answer is no text"
            : refresh is { } next && !IsToken(next.Reveal()) ? "the refresh_token in its answer has characters in it that no token has"
            : !IsBearer(body) ? "the token in its answer is no bearer token"
            : null;
        return problem is null ? new TokenAnswer(access!.Value, refresh, EndOf(body, asked)) : null;

        Secret? Learn(string field) => body.Text(field) is { } text ? secrets.Learn(field, new Secret(text)) : null;
    }

    /// <summary>The session that begins with it.</summary>
    public SessionState Begin(DateTimeOffset at)
    {
        var fields = new Dictionary<string, Secret>(StringComparer.Ordinal) { [TokenFields.AccessToken] = AccessToken };
        if (RefreshToken is { } refresh)
            fields[TokenFields.RefreshToken] = refresh;
        return new SessionState { Fields = fields, ExpiresAt = ExpiresAt, RefreshedAt = at };
    }

    /// <summary>Whether it can be a token: visible ASCII (RFC 6749, appendix A).</summary>
    public static bool IsToken(string text) => text.All(static c => c is > ' ' and < '\x7f');

    // The standard asks for the type; some servers leave it out and mean this one.
    private static bool IsBearer(JsonElement body) =>
        body.Member("token_type") is null || Bearer.Equals(body.Text("token_type"), StringComparison.OrdinalIgnoreCase);

    // A life that makes no sense is none that was named: what was granted is too precious to be thrown away for it.
    private static DateTimeOffset? EndOf(JsonElement body, DateTimeOffset asked) =>
        body.Number("expires_in") is > 0 and var seconds ? asked + TimeSpan.FromSeconds(Math.Min(seconds, LongestLife.TotalSeconds)) : null;
}
