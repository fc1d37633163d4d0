using System.Text.Json;

namespace Rekey.Vault;

/// <summary>Reads what an engine answered.</summary>
internal static class VaultContent
{
    // Vault's own queue of rotations is looked through every five seconds, so that one which is due may take as long.
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Rotated = TimeSpan.FromSeconds(1);

    private static readonly HashSet<string> AboutTheRotation = new(StringComparer.Ordinal)
    {
        "ttl", "last_vault_rotation", "rotation_period", "rotation_schedule", "rotation_window",
    };

    public static SourceAnswer<SecretDocument> Read(string reference, VaultEngine engine, VaultReply reply, Lease<VaultToken> token)
    {
        var grant = VaultGrant.OfLease(reply);
        var answer = engine switch
        {
            VaultEngine.Kv2 => new SourceAnswer<SecretDocument>(Fields(reference, reply.Data.Member("data")))
            {
                Version = reply.Data.Member("metadata")?.Member("version")?.GetRawText(),
            },
            VaultEngine.Static => new SourceAnswer<SecretDocument>(Fields(reference, reply.Body.Member("data"), AboutTheRotation)) { ChangesIn = Change(reply.Data) },
            _ => new SourceAnswer<SecretDocument>(Fields(reference, reply.Body.Member("data"))),
        };
        // What has no name is no lease: a duration beside it is a hint at how long it is worth keeping.
        if (grant.Id is null)
            return answer with { StandsOn = token, Bond = ParentBond.Access };
        return answer with
        {
            TimeToLive = grant.Life,
            IsRenewable = grant.IsRenewable,
            LeaseId = grant.Id,
            StandsOn = token,
            Bond = ParentBond.Life,
        };
    }

    /// <summary>Whether what is missing was there: the newest version is deleted, or destroyed.</summary>
    public static bool IsDeleted(VaultReply reply) =>
        reply.Data.Member("metadata") is { } metadata && (metadata.Text("deletion_time") is not null || VaultReply.Is(metadata, "destroyed"));

    // A second after the change, not at the end of its password: until Vault has made another one, this one is good.
    private static TimeSpan? Change(JsonElement data) =>
        data.Number("ttl") is null ? null : VaultReply.Life(data, "ttl") + Rotated ?? Overdue;

    private static SecretDocument Fields(string reference, JsonElement? data, HashSet<string>? except = null)
    {
        if (data is { ValueKind: not JsonValueKind.Object })
            throw new CredentialException(VaultErrors.Unexpected(reference, "Vault's answer holds no fields"));
        var fields = (data?.EnumerateObject() ?? default)
            .Where(field => field.Value.ValueKind is not JsonValueKind.Null && except?.Contains(field.Name) != true)
            .Select(static field => new KeyValuePair<string, Secret>(field.Name, new Secret(Text(field.Value))))
            .ToList();
        return fields.Count > 0
            ? SecretDocument.FromFields(fields)
            : throw new CredentialException(CredentialErrors.SourceUnavailable(reference, "there is nothing in it"));
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText(); // Half a surrogate pair is valid JSON and no text.
        }
    }
}
