using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Sso;

/// <summary>Answers in the exact form of the services, ready to be scripted.</summary>
public static class SsoReplies
{
    public static HttpReply Json(JsonObject body) => new(200, body.ToJsonString());

    /// <summary>An error of the service that grants tokens: named in a header and in the body.</summary>
    public static HttpReply Oidc(string type, string? said = null) =>
        new(type is "InvalidClientException" ? 401 : type is "InternalServerException" ? 500 : 400, new JsonObject
        {
            ["error"] = Snake(type),
            ["error_description"] = said ?? "The words of the service.",
        }.ToJsonString())
        {
            Headers = Named($"{type}:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/"),
        };

    /// <summary>The same error where only the body names it, as gateways leave it.</summary>
    public static HttpReply OidcWithoutHeader(string type) => Oidc(type) with { Headers = new Dictionary<string, string>() };

    /// <summary>An error of the portal.</summary>
    public static HttpReply Portal(int status, string type, string? said = null) =>
        new(status, new JsonObject { ["message"] = said ?? "The words of the portal.", ["__type"] = $"com.amazonaws.switchboard.portal#{type}" }.ToJsonString())
        {
            Headers = Named(type),
        };

    private static Dictionary<string, string> Named(string type) => new() { ["x-amzn-ErrorType"] = type };

    private static string Snake(string type) =>
        string.Concat(type.Replace("Exception", "", StringComparison.Ordinal)
            .Select(static (c, i) => char.IsUpper(c) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));
}
