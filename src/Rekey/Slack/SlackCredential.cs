namespace Rekey.Slack;

/// <summary>What is presented to Slack: a token, and the cookie that a session's token is worthless without.</summary>
/// <param name="Token">A bot's, a user's or a session's token.</param>
/// <param name="Cookie">The value of the cookie <c>d</c>, percent-encoded as it is sent; null where the token needs none.</param>
/// <param name="Workspace">The workspace, when it is known.</param>
public sealed record SlackCredential(Secret Token, Secret? Cookie = null, string? Workspace = null) : ICredential
{
    /// <inheritdoc/>
    public SecretDocument Document { get; } = SecretDocument.FromFields(Fields(Token, Cookie, Workspace));

    private static IEnumerable<KeyValuePair<string, Secret>> Fields(Secret token, Secret? cookie, string? workspace)
    {
        yield return new(SlackFields.Token, token);
        if (cookie is { } value)
            yield return new(SlackFields.Cookie, value);
        if (workspace is not null)
            yield return new("workspace", new Secret(workspace));
    }
}
