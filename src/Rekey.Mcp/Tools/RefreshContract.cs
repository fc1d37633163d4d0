using System.Globalization;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Rekey.Mcp.Tools;

/// <summary>The answers of <c>refresh_credentials</c>, to the letter: the members, the codes, and whether each is worth another call.</summary>
internal static class RefreshContract
{
    private const string UnknownCode = "UNKNOWN";

    private static readonly Dictionary<string, bool> Codes = new(StringComparer.Ordinal)
    {
        ["REFRESH_NOT_AVAILABLE"] = false,
        ["REFRESH_IN_PROGRESS"] = true,
        ["NETWORK_ERROR"] = true,
        ["RATE_LIMITED"] = true,
        ["SESSION_REVOKED"] = false,
        ["STORAGE_ERROR"] = true,
        ["INVALID_RESPONSE"] = false,
        [UnknownCode] = false,
    };

    // What other parts call differently.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["SOURCE_TIMEOUT"] = "NETWORK_ERROR",
        ["SOURCE_UNAVAILABLE"] = "NETWORK_ERROR",
        ["SERVICE_UNREACHABLE"] = "NETWORK_ERROR",
        ["SIGN_IN_REQUIRED"] = "SESSION_REVOKED",
    };

    // Messages that are part of the contract. Every other one is followed by what to do: there is no member of its own for that.
    private static readonly HashSet<string> Exact =
    [
        "Credential refresh is only available for user token authentication. Bot tokens do not expire.",
        "Slack session has been revoked. Please re-authenticate and update credentials.",
    ];

    public static JsonElement Schema { get; } = JsonElement.Parse($$"""
        {
          "type": "object",
          "oneOf": [
            {
              "type": "object",
              "properties": {
                "success": { "type": "boolean", "const": true },
                "message": { "type": "string" },
                "refreshedAt": { "type": "string", "format": "date-time" },
                "totalRefreshes": { "type": "integer", "minimum": 0 }
              },
              "required": ["success", "message", "refreshedAt", "totalRefreshes"],
              "additionalProperties": false
            },
            {
              "type": "object",
              "properties": {
                "success": { "type": "boolean", "const": false },
                "error": {
                  "type": "object",
                  "properties": {
                    "code": { "type": "string", "enum": [{{string.Join(", ", Codes.Keys.Select(static code => $"\"{code}\""))}}] },
                    "message": { "type": "string" },
                    "retryable": { "type": "boolean" }
                  },
                  "required": ["code", "message", "retryable"],
                  "additionalProperties": false
                }
              },
              "required": ["success", "error"],
              "additionalProperties": false
            }
          ]
        }
        """);

    /// <summary>A refresh is under way, here or in another process.</summary>
    public static CredentialError InProgress() => new(
        "REFRESH_IN_PROGRESS", "A credential refresh is already in progress. Please wait for it to complete.", Retryable: true);

    public static CallToolResult Success(DateTimeOffset refreshedAt, long totalRefreshes) => ToolResult.Success(json =>
    {
        json.WriteString("message", "Credentials refreshed successfully");
        json.WriteString("refreshedAt", refreshedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("totalRefreshes", totalRefreshes);
    });

    public static CallToolResult Failure(CredentialError error)
    {
        var code = Aliases.GetValueOrDefault(error.Code, error.Code);
        if (!Codes.TryGetValue(code, out var isRetryable))
            (code, isRetryable) = (UnknownCode, Codes[UnknownCode]);
        var message = error.NextStep is null || Exact.Contains(error.Message) ? error.Message : $"{error.Message} {error.NextStep}";
        return ToolResult.Make(
            isSuccess: false, isError: true,
            json =>
            {
                json.WriteStartObject("error");
                json.WriteString("code", code);
                json.WriteString("message", message);
                json.WriteBoolean("retryable", isRetryable);
                json.WriteEndObject();
            },
            text: null);
    }
}
