namespace Rekey.OAuth;

/// <summary>Every failure of OAuth sessions, in our own words: by the code that the server's answer carries.</summary>
public static class OAuthErrors
{
    private const string Retried = "It is tried again on its own.";

    /// <summary>The human refused.</summary>
    public static CredentialError SignInDenied(string authority) => new(
        "OAUTH_SIGN_IN_DENIED", $"The sign-in to {authority} was denied.", Retryable: false,
        "Start it again and approve the request whose code is the one shown.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>Nobody came in time.</summary>
    public static CredentialError SignInExpired(string authority) => new(
        "OAUTH_SIGN_IN_EXPIRED", $"The sign-in to {authority} was not completed in time, or its code is used up.", Retryable: true,
        "Start it again, and enter its code before it expires.")
    { Kind = FailureKind.NeedsUser };

    /// <summary>The server takes the refresh token no more.</summary>
    internal static CredentialError Revoked(OAuthOptions options, string what = "the refresh token is no longer accepted") => SessionErrors.Revoked(
        $"{options.Reference}: {what}.",
        options.Grant is OAuthGrant.DeviceCode
            ? SignInAgain(options)
            : $"Obtain a new refresh token from the service and put it where 'from' of '{options.Credential}' reads refresh_token; the change is noticed.");

    /// <summary>No refresh token was ever granted.</summary>
    internal static CredentialError NoRefreshToken(OAuthOptions options) => SessionErrors.NotAvailable(
        $"{options.Reference} granted no refresh token.",
        options.Grant is OAuthGrant.DeviceCode
            ? $"{SignInAgain(options)} Many servers grant a refresh token only for the scope offline_access."
            : $"Put a refresh token where 'from' of '{options.Credential}' reads refresh_token.") with
    { Kind = FailureKind.NeedsUser };

    /// <summary>Something that is configured does not agree with the server.</summary>
    internal static CredentialError Setting(string authority, string what, string nextStep) =>
        SessionErrors.InvalidResponse(authority, what) with { NextStep = nextStep };

    private static CredentialError Setting(string authority, (string What, string NextStep) reason) => Setting(authority, reason.What, reason.NextStep);

    private static string SignInAgain(OAuthOptions options) => $"Run 'rekey login {options.Credential}' to sign in again; running servers notice it.";

    /// <summary>What may be over in a moment. <paramref name="place"/> reads <c>its token endpoint</c>.</summary>
    internal static CredentialError Passing(OAuthFault fault, string authority, string place) => fault.Kind switch
    {
        OAuthFaultKind.Busy or OAuthFaultKind.SlowDown => SessionErrors.RateLimited(authority, fault.RetryAfter),
        OAuthFaultKind.Unreachable => SessionErrors.Network(authority, $"{place} cannot be reached"),
        OAuthFaultKind.ServerFailure => SessionErrors.Network(authority, $"{place} failed (HTTP {fault.Status})") with { NextStep = Retried, RetryAfter = fault.RetryAfter },
        _ => SessionErrors.Network(authority, $"{place} gave no whole answer in time"),
    };

    /// <summary>A call that failed, with the setting to correct where it is one.</summary>
    internal static CredentialError Of(OAuthFault fault, OAuthOptions options, string place, string key) => fault switch
    {
        { IsPassing: true } => Passing(fault, options.Reference, place),
        { Kind: OAuthFaultKind.HumanNeeded } => Revoked(options, "a human has to sign in or consent again"),
        _ => Setting(options.Reference, Explain(fault, place, key)),
    };

    private static (string What, string NextStep) Explain(OAuthFault fault, string place, string key) => fault.Kind switch
    {
        OAuthFaultKind.InvalidClient => ("it does not accept the client", "Correct clientId and client_secret; if both are right, set clientAuth to basic, post or none as the server wants it."),
        OAuthFaultKind.UnauthorizedClient => ("the client may not use this grant", "Allow the grant for the client at the server, or correct grant or clientId."),
        OAuthFaultKind.InvalidScope => ("it does not grant the scopes", "Correct scopes; a refresh can ask for no more than was granted at first."),
        OAuthFaultKind.InvalidTarget => ("it does not know whom the token is for", "Correct resource or audience."),
        OAuthFaultKind.UnsupportedGrantType => ("it does not offer this grant", $"Correct grant or {key}."),
        OAuthFaultKind.InvalidRequest => ("it does not understand the request", "Check clientAuth, scopes, audience and resource: something is missing or surplus."),
        OAuthFaultKind.InvalidGrant or OAuthFaultKind.AccessDenied => ("it grants the client nothing", "Check client_secret, and what the client may do at the server."),
        OAuthFaultKind.NotFound => ($"there is nothing at {place} (HTTP {fault.Status})", $"Correct {key} or issuer."),
        OAuthFaultKind.Redirect => ($"{place} points elsewhere (HTTP {fault.Status}), and no secret is carried there", $"Correct {key} or issuer."),
        OAuthFaultKind.TooLarge => ($"the answer of {place} is larger than any answer of its kind", $"Check {key} or issuer."),
        OAuthFaultKind.Unreadable => ($"{place} answers with something else than a JSON object", $"Check {key} or issuer."),
        _ => ($"{place} refuses with a code that is not one of OAuth's (HTTP {fault.Status})", $"Check {key}, clientId and scopes."),
    };
}
