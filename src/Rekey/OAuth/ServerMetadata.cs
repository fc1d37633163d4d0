using System.Text.Json;

namespace Rekey.OAuth;

/// <summary>What a discovery document says, as far as it matters here.</summary>
internal sealed record ServerMetadata(string? TokenEndpoint, string? DeviceEndpoint, bool TakesOnlyPost)
{
    public static ServerMetadata Read(JsonElement document)
    {
        var ways = Ways(document);
        return new ServerMetadata(
            document.Text("token_endpoint"), document.Text("device_authorization_endpoint"),
            TakesOnlyPost: ways.Contains("client_secret_post") && !ways.Contains("client_secret_basic"));
    }

    private static List<string?> Ways(JsonElement document) =>
        document.Member("token_endpoint_auth_methods_supported") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Where(static way => way.ValueKind is JsonValueKind.String).Select(static way => way.GetString())]
            : [];
}
