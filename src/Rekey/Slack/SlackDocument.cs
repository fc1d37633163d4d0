namespace Rekey.Slack;

/// <summary>Reads the session that the operator's values begin, and says everything that is wrong with them at once.</summary>
internal sealed class SlackDocument(SlackOptions options, SlackSecrets secrets, string reference)
{
    public SessionState Read(SecretDocument configured)
    {
        var values = new Dictionary<string, Secret>();
        foreach (var field in new[] { SlackFields.Token, SlackFields.Cookie, SlackFields.RefreshToken, SlackFields.ClientSecret })
        {
            if (configured.Field(field) is { } value)
                values[field] = secrets.Learn(field, value);
        }
        var problems = Problems(values).ToList();
        if (problems.Count > 0)
            throw new CredentialException(CredentialErrors.SecretInvalid(reference, problems));
        return new SessionState { Fields = Kept(values) };
    }

    private IEnumerable<string> Problems(Dictionary<string, Secret> values)
    {
        var token = values.TryGetValue(SlackFields.Token, out var found) ? found : (Secret?)null;
        var hasCookie = values.TryGetValue(SlackFields.Cookie, out var cookie);
        var isRotated = values.TryGetValue(SlackFields.RefreshToken, out var refresh);
        if (token is null && !hasCookie && !isRotated)
            return ["token: is missing"];
        return
        [
            .. Named(SlackFields.Token, token is { } text ? SlackToken.ProblemsWith(text.Reveal()) : []),
            .. Named(SlackFields.Cookie, hasCookie ? SlackCookie.ProblemsWith(cookie.Reveal()) : []),
            .. Named(SlackFields.Cookie, token is { } session && SlackToken.IsSession(session) && !hasCookie && !isRotated
                ? ["is missing, and a token that begins with xoxc- works only together with it (SLACK_COOKIE_D)"] : []),
            .. Named(SlackFields.Token, token is null && hasCookie && !isRotated && options.Workspace is null
                ? ["is missing, and without a workspace the cookie obtains none"] : []),
            .. isRotated ? RotationProblems(values, refresh, hasCookie) : [],
        ];
    }

    private IEnumerable<string> RotationProblems(Dictionary<string, Secret> values, Secret refresh, bool hasCookie) =>
    [
        .. Named(SlackFields.RefreshToken, SlackToken.ProblemsWith(refresh.Reveal())),
        .. Named(SlackFields.RefreshToken, hasCookie ? ["goes with an app and not with a cookie: name one of the two"] : []),
        .. Named("clientId", string.IsNullOrWhiteSpace(options.ClientId) ? ["is missing, and the refresh token is exchanged only with it"] : []),
        .. Named(SlackFields.ClientSecret, !values.TryGetValue(SlackFields.ClientSecret, out var secret)
            ? ["is missing, and the refresh token is exchanged only with it"]
            : secret.IsEmpty ? ["is empty"]
            : secret.Reveal().Any(static c => char.IsWhiteSpace(c) || char.IsControl(c)) ? ["has white space or control characters in it"] : []),
    ];

    private static IEnumerable<string> Named(string field, IEnumerable<string> problems) => problems.Select(problem => $"{field}: {problem}");

    // A cookie beside a token that is no session's would obtain somebody else's token.
    private Dictionary<string, Secret> Kept(Dictionary<string, Secret> values)
    {
        values.Remove(SlackFields.ClientSecret);
        if (values.Remove(SlackFields.Cookie, out var cookie) && (!values.TryGetValue(SlackFields.Token, out var token) || SlackToken.IsSession(token)))
            values[SlackFields.Cookie] = secrets.LearnCookie(SlackCookie.Read(cookie.Reveal())!.Value);
        return values;
    }
}
