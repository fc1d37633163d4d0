using System.Globalization;
using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Vault;

/// <summary>Vault's answers as it writes them: every member is always there.</summary>
internal static class VaultReplies
{
    public static HttpReply Secret(JsonNode? data, int status = 200, string leaseId = "", bool renewable = false, long duration = 0, JsonNode? auth = null, params string[] warnings) =>
        new(status, new JsonObject
        {
            ["request_id"] = Guid.NewGuid().ToString(),
            ["lease_id"] = leaseId,
            ["renewable"] = renewable,
            ["lease_duration"] = duration,
            ["data"] = data,
            ["wrap_info"] = null,
            ["warnings"] = warnings.Length == 0 ? null : new JsonArray([.. warnings.Select(static w => (JsonNode)w)]),
            ["auth"] = auth,
            ["mount_type"] = "",
        }.ToJsonString());

    public static HttpReply NoContent { get; } = new(204, ContentType: "");

    public static long Seconds(TimeSpan life) => Math.Max(0, (long)Math.Floor(life.TotalSeconds));

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static string Capped(TimeSpan asked, TimeSpan longest) =>
        $"TTL of \"{Go(asked)}\" exceeded the effective max_ttl of \"{Go(longest)}\"; TTL value is capped accordingly";

    private static string Go(TimeSpan span) => $"{(int)span.TotalHours}h{span.Minutes}m{span.Seconds}s";
}
