using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Azure;

/// <summary>What Key Vault says instead of a secret.</summary>
public static class KeyVaultReplies
{
    public static HttpReply Failure(int status, string code, string message, string? innerCode = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (innerCode is not null)
            error["innererror"] = new JsonObject { ["code"] = innerCode };
        return new HttpReply(status, new JsonObject { ["error"] = error }.ToJsonString(), "application/json; charset=utf-8");
    }

    /// <summary>Says where a token for the vault is to be had.</summary>
    public static HttpReply Challenge(string tenant, string resource) => Failure(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.") with
    {
        Headers = new Dictionary<string, string>
        {
            ["WWW-Authenticate"] = $"Bearer authorization=\"https://login.microsoftonline.com/{tenant}\", resource=\"{resource}\"",
        },
    };
}
