using System.Text.Json;
using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.Sso;

/// <summary>A session that only a human can renew, as the official clients of both eras meet it.</summary>
public sealed class OfficialClientSignInTests : SsoProcessTest
{
    public static TheoryData<string> Kinds => [.. OfficialClient.Kinds];

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_client_that_opens_no_pages_gets_the_page_and_the_code_at_once_and_the_next_call_says_signed_in(string kind)
    {
        var home = NewHome();
        home.SessionEnded();

        var report = await DriveAsync(kind, home, new Dictionary<string, object>
        {
            ["pending"] = Refresh(new { profile = "work" }),
            ["human"] = new { @do = "open", shownBy = "pending" },
            ["signed in"] = Refresh(new { profile = "work" }),
            ["good"] = Refresh(new { profile = "work" }),
            ["forced"] = Refresh(new { profile = "work", force = true }),
            ["human again"] = new { @do = "open", shownBy = "forced" },
            ["signed in anew"] = Refresh(new { profile = "work", force = true }),
        });

        var pending = Content(report, "pending");
        Assert.Equal(("pending", "FAKE-0001"), (Text(pending, "status"), Text(pending, "userCode")));
        Assert.Contains("FAKE-0001", report.GetProperty("steps").GetProperty("pending").GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(("signed_in", "work", "parameter"), Told(report, "signed in"));
        Assert.Equal(("refreshed", "work", "parameter"), Told(report, "good"));
        Assert.Equal(("pending", "work", "parameter"), Told(report, "forced"));
        Assert.Equal(("signed_in", "work", "parameter"), Told(report, "signed in anew"));
        Assert.Equal(2, home.Server.Calls("/device_authorization"));
        Assert.Empty(report.GetProperty("transportErrors").EnumerateArray());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_client_that_opens_pages_is_asked_once_and_one_call_signs_in(string kind)
    {
        var home = NewHome();
        home.SessionEnded();

        var report = await DriveAsync(kind, home, new { call = Refresh(new { profile = "work" }) }, user: "accept");

        Assert.Equal(("signed_in", "work", "parameter"), Told(report, "call"));
        var asked = Assert.Single(report.GetProperty("pages").EnumerateArray());
        Assert.Equal("url", Text(asked, "mode"));
        Assert.StartsWith(home.Server.Address.AbsoluteUri, Text(asked, "url"), StringComparison.Ordinal);
        Assert.Contains("FAKE-0001", Text(asked, "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sdk-1")]
    [InlineData("sdk-2-modern")]
    public async Task A_user_who_does_not_want_to_open_the_page_ends_the_sign_in(string kind)
    {
        var home = NewHome();
        home.SessionEnded();

        var report = await DriveAsync(kind, home, new { call = Refresh(new { profile = "work" }) }, user: "decline");

        Assert.Equal("SIGN_IN_CANCELLED", CodeOf(Content(report, "call")));
        Assert.True(report.GetProperty("steps").GetProperty("call").GetProperty("result").GetProperty("isError").GetBoolean());
    }

    private async Task<JsonElement> DriveAsync(string kind, SsoHome home, object steps, string? user = null)
    {
        var report = await OfficialClient.DriveAsync(kind, home.Home, steps, user: user);
        Observe(report.ToString());
        return report;
    }

    private static object Refresh(object arguments) => new { @do = "call", tool = "refresh_aws_sso_token", arguments };

    private static JsonElement Content(JsonElement report, string step)
    {
        var outcome = report.GetProperty("steps").GetProperty(step);
        Assert.True(outcome.TryGetProperty("result", out var result), outcome.ToString());
        return result.GetProperty("structuredContent");
    }

    private static (string? Status, string? Profile, string? FoundBy) Told(JsonElement report, string step)
    {
        var content = Content(report, step);
        return (Text(content, "status"), Text(content, "profile"), Text(content, "profileSource"));
    }
}
