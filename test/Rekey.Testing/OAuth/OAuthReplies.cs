using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.OAuth;

/// <summary>Answers in the exact form of the standards, ready to be scripted.</summary>
public static class OAuthReplies
{
    private static readonly Dictionary<string, string> NotStored = new() { ["Cache-Control"] = "no-store" };

    public static HttpReply Json(JsonObject body) => new(200, body.ToJsonString()) { Headers = NotStored };

    /// <summary>An error of RFC 6749, 5.2. What the server says about it is not for other ears.</summary>
    public static HttpReply Error(string code, int? status = null, string? said = null) =>
        new(status ?? (code is "invalid_client" ? 401 : 400), new JsonObject
        {
            ["error"] = code,
            ["error_description"] = said ?? "The words of the server.",
        }.ToJsonString())
        {
            Headers = code is "invalid_client" ? new(NotStored) { ["WWW-Authenticate"] = "Basic realm=\"tokens\"" } : NotStored,
        };

    /// <summary>A server that wants to be left alone for a while.</summary>
    public static HttpReply Busy(int seconds, int status = 429) =>
        new(status, "") { Headers = new Dictionary<string, string> { ["Retry-After"] = $"{seconds}" } };

    public static HttpReply Page(string text) => new(200, $"<!doctype html><title>{text}</title><p>{text}</p>", "text/html; charset=utf-8");
}
