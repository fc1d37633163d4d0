using System.Text.Json;

namespace Rekey.Mcp.Tools;

/// <summary>How the picture of a credential reads in a result.</summary>
internal static class StatusJson
{
    public static string PhaseName(CredentialPhase phase) => phase switch
    {
        CredentialPhase.Starting => "starting",
        CredentialPhase.Ready => "ready",
        CredentialPhase.RefreshDue => "refresh_due",
        CredentialPhase.Degraded => "degraded",
        CredentialPhase.Expiring => "expiring",
        CredentialPhase.Expired => "expired",
        CredentialPhase.Rejected => "rejected",
        CredentialPhase.NeedsUserAction => "needs_user_action",
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };

    public static void WriteOptional(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    /// <summary>ISO 8601 in UTC.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } moment)
            json.WriteString(name, moment.UtcDateTime);
    }
}
