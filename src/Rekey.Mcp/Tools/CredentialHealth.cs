using System.Text.Json;

namespace Rekey.Mcp.Tools;

/// <summary>How well a credential is, best first.</summary>
internal enum Health
{
    /// <summary>Its service accepted it a moment ago.</summary>
    Healthy,

    /// <summary>It is there and nothing can prove it.</summary>
    Unverified,

    /// <summary>It works, and something about it does not.</summary>
    Degraded,

    /// <summary>It does not work.</summary>
    Unhealthy,
}

/// <summary>One credential, its state and the answer of its service taken together.</summary>
internal sealed record CredentialHealth(CredentialStatus Status, Health Health, CredentialError? Error)
{
    public static CredentialHealth Of(CredentialStatus status, Verification? answer, DateTimeOffset now)
    {
        var isFine = status.Phase is CredentialPhase.Ready or CredentialPhase.RefreshDue;
        var health = answer?.Outcome switch
        {
            VerificationOutcome.Refused => Health.Unhealthy,
            VerificationOutcome.Indeterminate => IsUsable(status, now) ? Health.Degraded : Health.Unhealthy,
            VerificationOutcome.Accepted => isFine ? Health.Healthy : Health.Degraded,
            _ => isFine ? Health.Unverified : Health.Degraded,
        };
        return new CredentialHealth(status, health, health is Health.Healthy or Health.Unverified ? null : Reason(status, answer));
    }

    public static string NameOf(Health health) => health switch
    {
        Health.Healthy => "healthy",
        Health.Unverified => "unverified",
        Health.Degraded => "degraded",
        Health.Unhealthy => "unhealthy",
        _ => throw new ArgumentOutOfRangeException(nameof(health)),
    };

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Status.Name);
        json.WriteString("kind", Status.Kind);
        json.WriteString("health", NameOf(Health));
        json.WriteString("phase", StatusJson.PhaseName(Status.Phase));
        json.WriteBoolean("required", Status.IsRequired);
        json.WriteOptional("code", Error?.Code);
        json.WriteOptional("message", Error?.Message);
        json.WriteOptional("nextStep", Error?.NextStep);
        json.WriteOptional("warning", Status.Warning is { } warning ? $"[{warning.Code}] {warning.Message} {warning.NextStep}".TrimEnd() : null);
        json.WriteOptional("parent", Error?.Parent ?? Status.Parent);
        json.WriteOptional("issuedAt", Status.IssuedAt);
        json.WriteOptional("expiresAt", Status.ExpiresAt);
        json.WriteOptional("lastAttemptAt", Status.LastAttemptAt);
        json.WriteOptional("lastSuccessAt", Status.LastSuccessAt);
        json.WriteOptional("nextAttemptAt", Status.NextAttemptAt);
        json.WriteNumber("failures", Status.Failures);
        json.WriteEndObject();
    }

    // The service's own answer says more than the state that followed from it.
    private static CredentialError? Reason(CredentialStatus status, Verification? answer) =>
        answer?.Error ?? status.LastError ?? answer?.Outcome switch
        {
            VerificationOutcome.Refused => CredentialErrors.Rejected(status.Name),
            VerificationOutcome.Indeterminate => CredentialErrors.Unverifiable(status.Name),
            _ => null,
        };

    private static bool IsUsable(CredentialStatus status, DateTimeOffset now) =>
        status.Phase is CredentialPhase.Ready or CredentialPhase.RefreshDue or CredentialPhase.Degraded or CredentialPhase.Expiring
        || (status is { Phase: CredentialPhase.NeedsUserAction, Lease: not null } && (status.ExpiresAt is null || status.ExpiresAt > now));
}
