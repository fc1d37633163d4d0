using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Slack;

/// <summary>Answers in the exact form of the API, ready to be scripted. Slack says no with a 200.</summary>
public static class SlackReplies
{
    public static HttpReply Json(JsonObject body, int status = 200) => new(status, body.ToJsonString(), "application/json; charset=utf-8");

    public static HttpReply Error(string code, int status = 200) => Json(new JsonObject { ["ok"] = false, ["error"] = code }, status);

    /// <summary>Too many calls. <paramref name="retryAfter"/> is a number of seconds or a date.</summary>
    public static HttpReply RateLimited(string? retryAfter) => Error("ratelimited", 429) with
    {
        Headers = retryAfter is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Retry-After"] = retryAfter },
    };

    public static HttpReply Identity(string workspace) => Json(new JsonObject
    {
        ["ok"] = true,
        ["url"] = $"https://{workspace}.slack.com/",
        ["team"] = workspace,
        ["user"] = "grace",
        ["team_id"] = "T0000001",
        ["user_id"] = "U0000001",
        ["is_enterprise_install"] = false,
    });

    /// <summary>A granted pair: of a bot at the root, of a user nested.</summary>
    public static HttpReply Granted(SlackApp app, TimeSpan life)
    {
        var grant = new JsonObject
        {
            ["access_token"] = app.Token,
            ["refresh_token"] = app.RefreshToken,
            ["expires_in"] = (int)life.TotalSeconds,
            ["token_type"] = app.IsForUser ? "user" : "bot",
            ["scope"] = "channels:read,chat:write",
        };
        var body = app.IsForUser ? new JsonObject { ["authed_user"] = grant } : grant;
        body["ok"] = true;
        body["app_id"] = "A0000001";
        body["team"] = new JsonObject { ["id"] = "T0000001", ["name"] = "acme" };
        body["enterprise"] = null;
        return Json(body);
    }
}
