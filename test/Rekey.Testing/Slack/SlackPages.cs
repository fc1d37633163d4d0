using System.Text;
using Rekey.Testing.Http;

namespace Rekey.Testing.Slack;

/// <summary>What a browser gets from a workspace.</summary>
public static class SlackPages
{
    private static readonly string Messages = Filler();

    /// <summary>The way to the sign-in page.</summary>
    public static HttpReply ToSignIn => Redirect("/signin?redir=%2F");

    /// <summary>The page for people who are not signed in.</summary>
    public static HttpReply SignIn => Html("""
        <!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8"><title>Login | Slack</title></head>
        <body><h1>Sign in to Slack</h1><form action="/signin" method="post"><input type="email" name="email"><input type="password" name="password"></form>
        <script>var boot_data = {"api_token":"","features":{}};</script></body></html>
        """);

    public static HttpReply Redirect(string location) => new(302, "", "text/html") { Headers = new Dictionary<string, string> { ["Location"] = location } };

    public static HttpReply Html(string text, int status = 200) => new(status, text, "text/html; charset=utf-8");

    /// <summary>The page of a workspace: markup, much data, and the token somewhere in it.</summary>
    public static HttpReply Workspace(string workspace, string token) => Html($$"""
        <!DOCTYPE html>
        <html lang="en-US" class="supports_custom_scrollbar" data-cdn="https://a.slack-edge.com/">
        <head><meta charset="utf-8"><title>{{workspace}} Slack</title>
        <link href="https://a.slack-edge.com/bv1-13/client.css" rel="stylesheet">
        <script>window.ts_endpoint_url = "https:\/\/slack.com\/beacon\/timing"; if (self !== top) { document.documentElement.style.display = 'none'; }</script>
        </head>
        <body data-team="{{workspace}}" data-props="{&quot;locale&quot;:&quot;en-US&quot;,&quot;api_token_source&quot;:&quot;boot&quot;}">
        <noscript>You must enable javascript in order to use Slack. You can do this in your browser settings.</noscript>
        <script type="text/javascript">
        var boot_data = {"start_ms":1767225600000,"app":"client","user_id":"U0000001","team_id":"T0000001","team_url":"https:\/\/{{workspace}}.slack.com\/",
        "enterprise_api_token":null,"version_uid":"f00dfeed","api_token":"{{token}}","features":{"api_token_refresh":true,"search":false},
        "messages":[{{Messages}}]};
        </script></body></html>
        """);

    /// <summary>The same, and it sets the cookie among others.</summary>
    public static HttpReply WithCookie(HttpReply reply, string cookie) => SettingCookie(reply, $"d={cookie}; expires=Fri, 01-Jan-2100 00:00:00 GMT");

    /// <summary>The same, and it takes the cookie away.</summary>
    public static HttpReply WithoutCookie(HttpReply reply) => SettingCookie(reply, "d=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0");

    // The header stands there once for each cookie.
    private static HttpReply SettingCookie(HttpReply reply, string cookie) => reply with
    {
        Headers = new Dictionary<string, string>(reply.Headers)
        {
            ["Set-Cookie"] = $"b=f00dfeedf00dfeedf00dfeed; path=/; domain=.slack.com; secure\r\nSet-Cookie: {cookie}; path=/; domain=.slack.com; secure; HttpOnly\r\n"
                + "Set-Cookie: d-s=1767225600; path=/; domain=.slack.com; secure; HttpOnly",
        },
    };

    // What people write can look like anything.
    private static string Filler()
    {
        var messages = new StringBuilder();
        for (var i = 0; i < 400; i++)
        {
            var text = i % 40 == 0 ? """the page has \"api_token\":\"xoxc-0-not-the-token\" in it, or api_token: xoxc-""" : "Lunch at noon? The build is green again.";
            messages.Append(i == 0 ? "" : ",").Append("{\"type\":\"message\",\"ts\":\"1767225600.").Append(i).Append("\",\"text\":\"").Append(text).Append("\"}");
        }
        return messages.ToString();
    }
}
