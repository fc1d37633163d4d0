using System.Text.Json;

namespace Rekey.Aws.Sso;

/// <summary>Finds out from an answer what went wrong: by the header, else by <c>__type</c>, else by the body's <c>error</c>, else by the status.</summary>
internal static class FaultReader
{
    private static readonly Dictionary<string, FaultKind> Kinds = new(StringComparer.Ordinal)
    {
        ["AuthorizationPendingException"] = FaultKind.AuthorizationPending,
        ["authorization_pending"] = FaultKind.AuthorizationPending,
        ["SlowDownException"] = FaultKind.SlowDown,
        ["slow_down"] = FaultKind.SlowDown,
        ["ExpiredTokenException"] = FaultKind.ExpiredToken,
        ["expired_token"] = FaultKind.ExpiredToken,
        ["AccessDeniedException"] = FaultKind.AccessDenied,
        ["access_denied"] = FaultKind.AccessDenied,
        ["InvalidGrantException"] = FaultKind.InvalidGrant,
        ["invalid_grant"] = FaultKind.InvalidGrant,
        ["InvalidClientException"] = FaultKind.InvalidClient,
        ["invalid_client"] = FaultKind.InvalidClient,
        ["UnauthorizedClientException"] = FaultKind.UnauthorizedClient,
        ["unauthorized_client"] = FaultKind.UnauthorizedClient,
        ["InvalidRequestException"] = FaultKind.InvalidRequest,
        ["InvalidRequestRegionException"] = FaultKind.InvalidRequest,
        ["invalid_request"] = FaultKind.InvalidRequest,
        ["InvalidScopeException"] = FaultKind.InvalidScope,
        ["invalid_scope"] = FaultKind.InvalidScope,
        ["InternalServerException"] = FaultKind.ServiceFailure,
        ["UnauthorizedException"] = FaultKind.Unauthorized,
        ["ForbiddenException"] = FaultKind.Forbidden,
        ["ResourceNotFoundException"] = FaultKind.NotFound,
        ["TooManyRequestsException"] = FaultKind.TooManyRequests,
        ["ThrottlingException"] = FaultKind.TooManyRequests,
    };

    public static FaultKind Read(int status, string? header, JsonElement? body)
    {
        // A gateway in between answers for a service that is not there; its words say nothing about us.
        foreach (var name in new[] { header, body?.Text("__type")?.Split('#')[^1], body?.Text("error") })
        {
            if (name is not null && Kinds.TryGetValue(name.Split(':')[0], out var kind))
                return kind;
        }
        return status switch
        {
            401 => FaultKind.Unauthorized,
            403 => FaultKind.Forbidden,
            404 => FaultKind.NotFound,
            429 => FaultKind.TooManyRequests,
            >= 500 => FaultKind.ServiceFailure,
            _ => FaultKind.Other,
        };
    }
}
