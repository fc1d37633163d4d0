using System.Text.Json;

namespace Rekey.OAuth;

/// <summary>What came of a call: a JSON object, or why there is none.</summary>
internal sealed record OAuthReply(JsonElement Body, OAuthFault? Fault)
{
    private static readonly Dictionary<string, OAuthFaultKind> Kinds = new(StringComparer.Ordinal)
    {
        // RFC 6749
        ["invalid_grant"] = OAuthFaultKind.InvalidGrant,
        ["invalid_client"] = OAuthFaultKind.InvalidClient,
        ["unauthorized_client"] = OAuthFaultKind.UnauthorizedClient,
        ["invalid_scope"] = OAuthFaultKind.InvalidScope,
        ["unsupported_grant_type"] = OAuthFaultKind.UnsupportedGrantType,
        ["invalid_request"] = OAuthFaultKind.InvalidRequest,
        ["access_denied"] = OAuthFaultKind.AccessDenied,
        ["server_error"] = OAuthFaultKind.ServerFailure,
        ["temporarily_unavailable"] = OAuthFaultKind.Busy,
        // RFC 8628
        ["authorization_pending"] = OAuthFaultKind.AuthorizationPending,
        ["slow_down"] = OAuthFaultKind.SlowDown,
        ["expired_token"] = OAuthFaultKind.ExpiredToken,
        // RFC 8707
        ["invalid_target"] = OAuthFaultKind.InvalidTarget,
        // OpenID Connect
        ["interaction_required"] = OAuthFaultKind.HumanNeeded,
        ["login_required"] = OAuthFaultKind.HumanNeeded,
        ["consent_required"] = OAuthFaultKind.HumanNeeded,
        // GitHub
        ["bad_refresh_token"] = OAuthFaultKind.InvalidGrant,
        ["incorrect_device_code"] = OAuthFaultKind.InvalidGrant,
        ["incorrect_client_credentials"] = OAuthFaultKind.InvalidClient,
        ["device_flow_disabled"] = OAuthFaultKind.UnauthorizedClient,
        // Microsoft
        ["authorization_declined"] = OAuthFaultKind.AccessDenied,
        ["bad_verification_code"] = OAuthFaultKind.InvalidGrant,
        // Google
        ["rate_limit_exceeded"] = OAuthFaultKind.Busy,
    };

    /// <summary>The code in the body decides wherever the status stands, with two exceptions: what a failing server says, and 429.</summary>
    public static OAuthReply Read(HttpAnswer answer)
    {
        if (OfWire(answer.Fault) is { } broken)
            return Failed(broken);
        var body = JsonReading.Parse(answer.Body, out var isTruncated);
        var isAbsent = answer.Body.IsEmpty && answer.Status is < 200 or >= 300;
        if (isTruncated && !isAbsent)
            return Failed(OAuthFaultKind.NoAnswer);
        var error = body?.Member("error") is null ? null : body.Value.Text("error") ?? "";
        var kind = KindOf(answer.Status, error);
        if (kind is null && body is not { ValueKind: JsonValueKind.Object })
            kind = OAuthFaultKind.Unreadable;
        return kind is { } fault ? Failed(fault) : new OAuthReply(body!.Value, null);

        OAuthReply Failed(OAuthFaultKind kind) => new(default, new OAuthFault(kind, answer.Status, answer.RetryAfter));
    }

    private static OAuthFaultKind? OfWire(HttpFault fault) => fault switch
    {
        HttpFault.None => null,
        HttpFault.Unreachable => OAuthFaultKind.Unreachable,
        HttpFault.TooLarge => OAuthFaultKind.TooLarge,
        _ => OAuthFaultKind.NoAnswer,
    };

    private static OAuthFaultKind? KindOf(int status, string? error)
    {
        var known = error is not null && Kinds.TryGetValue(error, out var kind) ? kind : (OAuthFaultKind?)null;
        return (status, known) switch
        {
            (429, not OAuthFaultKind.SlowDown) => OAuthFaultKind.Busy,
            ( >= 500, not (OAuthFaultKind.Busy or OAuthFaultKind.SlowDown)) or (408, null) => OAuthFaultKind.ServerFailure,
            (_, not null) => known,
            ( >= 300 and < 400, _) => OAuthFaultKind.Redirect,
            (404 or 405 or 410, null) => OAuthFaultKind.NotFound,
            ( >= 200 and < 300, _) when error is null => null,
            _ => OAuthFaultKind.Other,
        };
    }
}
