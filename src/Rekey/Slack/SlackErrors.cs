namespace Rekey.Slack;

/// <summary>Failures of Slack in our own words; the codes are those of <see cref="SessionErrors"/>.</summary>
internal static class SlackErrors
{
    private const string NewerValuesWin = "and restart: newer values win over what is stored";

    /// <summary>There is nothing to refresh with.</summary>
    public static CredentialError NeverRefreshed { get; } = SessionErrors.NotAvailable(
        "Credential refresh is only available for user token authentication. Bot tokens do not expire.",
        "Nothing is to be done while the token works. To replace it, put the new one in its place and restart.");

    public static CredentialError NoWorkspace { get; } = SessionErrors.NotAvailable(
        "Credential refresh needs the workspace.",
        "Set SLACK_WORKSPACE (or workspace in rekey.json) to the name before .slack.com and restart.");

    public static CredentialError NoCookie { get; } = SessionErrors.NotAvailable(
        "Credential refresh needs the cookie d of the session.",
        "Set SLACK_COOKIE_D (or cookie in rekey.json) to the cookie d of the browser and restart.");

    public static CredentialError NoClient { get; } = SessionErrors.NotAvailable(
        "Credential refresh needs the app that the refresh token belongs to.",
        "Set clientId and client_secret in rekey.json and restart.");

    /// <summary>A browser's session that is over.</summary>
    public static CredentialError SessionOver { get; } = SessionErrors.Revoked(
        "Slack session has been revoked. Please re-authenticate and update credentials.",
        $"Sign in to Slack in a browser, put its token and cookie d in place of the configured ones (SLACK_USER_TOKEN, SLACK_COOKIE_D) {NewerValuesWin}.");

    /// <summary>A token that Slack no longer takes.</summary>
    public static CredentialError TokenRefused(SlackCredential credential, string code) => credential.Cookie is not null
        ? SessionOver
        : SlackToken.IsBot(credential.Token)
            ? SessionErrors.Revoked(
                $"Slack no longer accepts the bot token ({code}).",
                $"Install the app again or look up its bot token, put it in place of the configured one (SLACK_BOT_TOKEN) {NewerValuesWin}.")
            : SessionErrors.Revoked(
                $"Slack no longer accepts the token ({code}).",
                $"Authorize the app again, put the new token in place of the configured one {NewerValuesWin}.");

    /// <summary>A refresh token that Slack no longer takes.</summary>
    public static CredentialError RefreshTokenRefused(string code) => SessionErrors.Revoked(
        $"Slack no longer accepts the refresh token ({code}). Please re-authenticate and update credentials.",
        $"Authorize the app again, put the new refresh token in place of the configured one {NewerValuesWin}.");

    /// <summary>The app is refused: a setting is wrong, and what is in use stays in use.</summary>
    public static CredentialError ClientRefused(string reference, string code)
    {
        var setting = code switch
        {
            "invalid_client_id" => "clientId",
            "bad_client_secret" => "client_secret",
            "token_rotation_not_enabled" => "the app, whose token rotation is off",
            _ => "clientId or client_secret",
        };
        return SessionErrors.InvalidResponse(reference, $"Slack refuses the app ({code}): {setting} is not right") with
        {
            NextStep = $"Correct {setting} and restart. The refresh token was not used up.",
        };
    }

    /// <summary>Why a call brought no answer of Slack's own; null when it did.</summary>
    public static CredentialError? OfTransport(string reference, HttpAnswer answer) => answer switch
    {
        { Fault: HttpFault.Unreachable } => SessionErrors.Network(reference, "Slack cannot be reached"),
        { Fault: HttpFault.NoAnswer } => SessionErrors.Network(reference, "Slack gave no whole answer in time"),
        { Fault: HttpFault.TooLarge } => SessionErrors.InvalidResponse(reference, "Slack's answer is larger than any that was agreed"),
        { Status: 429 } => SessionErrors.RateLimited(reference, answer.RetryAfter),
        { Status: 408 or >= 500 } => SessionErrors.Network(reference, $"Slack failed (HTTP {answer.Status})"),
        _ => null,
    };
}
