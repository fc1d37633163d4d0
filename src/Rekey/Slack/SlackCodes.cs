using System.Collections.Frozen;

namespace Rekey.Slack;

/// <summary>What an error of the API means for a credential.</summary>
internal enum SlackFault
{
    /// <summary>Something else than was agreed.</summary>
    Unknown,

    /// <summary>The token is refused, and will be until a human acts.</summary>
    Refused,

    /// <summary>The app is refused, not its token.</summary>
    ClientRefused,

    /// <summary>Slack takes no more calls for now.</summary>
    RateLimited,

    /// <summary>Slack is busy, broken or moving.</summary>
    Passing,
}

/// <summary>The API's codes of errors. One that is not among them is never repeated.</summary>
internal static class SlackCodes
{
    private static readonly FrozenDictionary<string, SlackFault> Faults = new Dictionary<string, SlackFault>
    {
        ["invalid_auth"] = SlackFault.Refused,
        ["not_authed"] = SlackFault.Refused,
        ["account_inactive"] = SlackFault.Refused,
        ["token_revoked"] = SlackFault.Refused,
        ["token_expired"] = SlackFault.Refused,
        ["user_removed_from_team"] = SlackFault.Refused,
        ["team_access_not_granted"] = SlackFault.Refused,
        ["team_disabled"] = SlackFault.Refused,
        ["two_factor_setup_required"] = SlackFault.Refused,
        ["invalid_refresh_token"] = SlackFault.Refused,
        ["invalid_grant"] = SlackFault.Refused,
        ["authorization_not_found"] = SlackFault.Refused,
        ["invalid_client_id"] = SlackFault.ClientRefused,
        ["bad_client_secret"] = SlackFault.ClientRefused,
        ["invalid_client"] = SlackFault.ClientRefused,
        ["token_rotation_not_enabled"] = SlackFault.ClientRefused,
        ["ratelimited"] = SlackFault.RateLimited,
        ["rate_limited"] = SlackFault.RateLimited,
        ["internal_error"] = SlackFault.Passing,
        ["fatal_error"] = SlackFault.Passing,
        ["service_unavailable"] = SlackFault.Passing,
        ["request_timeout"] = SlackFault.Passing,
        // The workspace moves into an organization, and comes back.
        ["team_added_to_org"] = SlackFault.Passing,
        ["org_login_required"] = SlackFault.Passing,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static SlackFault Of(string? code) => code is not null && Faults.TryGetValue(code, out var fault) ? fault : SlackFault.Unknown;
}
