using System.Net;
using Rekey.Testing.Http;

namespace Rekey.Testing.Sso;

/// <summary>What a browser shows of an Identity Center: a question with two buttons, and a word of thanks.</summary>
internal static class SsoPages
{
    public static HttpReply Done { get; } = Page("Thank you", "<p>You can close this window.</p>");

    /// <summary>Comes back to the same address with the decision.</summary>
    public static HttpReply Question(HttpCall call)
    {
        var fields = call.Query.Select(static f => $"""<input type="hidden" name="{WebUtility.HtmlEncode(f.Key)}" value="{WebUtility.HtmlEncode(f.Value)}">""");
        return Page("Allow access?", $"""
            <form action="{WebUtility.HtmlEncode(call.Path)}">{string.Concat(fields)}
            <button name="decision" value="allow">Allow access</button> <button name="decision" value="deny">Deny access</button></form>
            """);
    }

    private static HttpReply Page(string title, string body) => new(200, $"<!doctype html><title>{title}</title>{body}", "text/html; charset=utf-8");
}
