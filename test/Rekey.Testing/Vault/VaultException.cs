using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Vault;

/// <summary>What Vault says instead of doing it: a status and a list of texts, which may be empty.</summary>
public sealed class VaultException(int status, params string[] errors) : Exception
{
    public static VaultException Denied => new(403, "permission denied");

    public HttpReply Reply => new(status, new JsonObject { ["errors"] = new JsonArray([.. errors.Select(static e => (JsonNode)e)]) }.ToJsonString());
}
