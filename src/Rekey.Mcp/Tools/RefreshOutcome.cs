using System.Text.Json;

namespace Rekey.Mcp.Tools;

/// <summary>What became of one credential in a refresh, in the words that an agent reads.</summary>
internal sealed record RefreshOutcome(string Name, string Kind, string Message, bool IsVerified, Lease? Lease, CredentialError? Error)
{
    public static RefreshOutcome Refreshed(ManagedCredential credential, Lease lease) => new(
        credential.Name, "refreshed", (lease.IsVerified, credential.Kind) switch
        {
            (true, "database") => "Secret refreshed and connection re-established.",
            (true, _) => "Secret refreshed and verified.",
            (false, _) => $"Secret refreshed. It is unverified: nothing but the service that uses '{credential.Name}' can prove it.",
        },
        lease.IsVerified, lease, Error: null);

    public static RefreshOutcome Unchanged(ManagedCredential credential, Lease lease, bool isVerified) => new(
        credential.Name, "unchanged", isVerified
            ? $"Secret unchanged: '{credential.Name}' is the newest version already, and its service accepts it."
            : $"Secret unchanged: '{credential.Name}' is the newest version already. It is unverified: nothing but the service that uses it can prove it.",
        isVerified, lease, Error: null);

    public static RefreshOutcome Failed(ManagedCredential credential, CredentialError error) => new(
        credential.Name, "failed", error.Message, IsVerified: false, Lease: null, error);

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("outcome", Kind);
        json.WriteBoolean("verified", IsVerified);
        json.WriteOptional("fingerprint", Lease?.Fingerprint);
        json.WriteOptional("expiresAt", Lease?.Term.Expires?.Wall);
        json.WriteOptional("code", Error?.Code);
        json.WriteString("message", Message);
        if (Error is not null)
            json.WriteBoolean("retryable", Error.Retryable);
        json.WriteOptional("nextStep", Error?.NextStep);
        json.WriteEndObject();
    }
}
