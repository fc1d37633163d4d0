using System.Text.Json;

namespace Rekey.Cli.Tests.Sso;

/// <summary>What is configured wrongly, as somebody finds it who calls the executable: a code, names, and what to do.</summary>
public sealed class MisuseTests : SsoProcessTest
{
    [Theory]
    [InlineData("wrok", SsoHome.Corp + SsoHome.Work, "PROFILE_NOT_FOUND", "work")]
    [InlineData("work", SsoHome.Work, "AWS_SSO_SESSION_MISSING", "[sso-session corp]")]
    [InlineData("work", SsoHome.Corp + SsoHome.Work + "sso_region = us-east-1\n", "AWS_SSO_CONFIG_INCONSISTENT", "sso_region")]
    [InlineData("work", SsoHome.Corp + "[profile work]\nsso_session = corp\nsso_account_id = 123456789012\n", "AWS_SSO_CONFIG_INCOMPLETE", "sso_role_name")]
    [InlineData("work", "sso_session = corp\n", "PROFILE_NOT_FOUND", "config, line 1: sso_session")]
    [InlineData(null, "", "PROFILE_NOT_FOUND", "[sso-session NAME] with sso_start_url and sso_region")]
    [InlineData(null, SsoHome.Corp + SsoHome.Work + SsoHome.Other, "PROFILE_AMBIGUOUS", "work, other")]
    public async Task A_wrong_configuration_ends_a_login_with_what_is_wrong_and_what_to_do(string? profile, string config, string code, string named)
    {
        var home = NewHome();
        home.WriteConfig(config);

        var end = await RunAsync(home, profile is null ? ["login"] : ["login", profile]);

        Assert.Equal(ExitCode.Configuration, end.ExitCode);
        Assert.Contains($"[{code}]", end.Errors);
        Assert.Contains(named, end.Errors);
        Assert.Empty(end.Output);
    }

    [Fact]
    public async Task Two_sessions_with_one_start_URL_are_two_sessions()
    {
        var home = NewHome();
        home.WriteConfig(SsoHome.Corp + SsoHome.Work + SsoHome.Other.Replace("https://other.awsapps.com/start", SsoHome.StartUrl, StringComparison.Ordinal));
        home.SignedIn(TimeSpan.FromHours(1));
        var session = await ServeAsync(home);

        var corp = await SignInAsync(session, new { profile = "work" });
        var other = await SignInAsync(session, new { profile = "other" });

        Assert.Equal(("refreshed", "pending"), (Text(corp, "status"), Text(other, "status")));
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_signs_in_for_this_process_and_says_so()
    {
        var home = NewHome();
        home.ConfigureSession();
        home.UseBrowser();
        home.Home.Write(".aws/sso/cache", "A file where the folder should be.");
        var session = await ServeAsync(home);
        Assert.Equal("pending", Text(await SignInAsync(session, new { profile = "work" }), "status"));

        var signedIn = await SignInAsync(session, new { profile = "work" });

        Assert.Equal("signed_in", Text(signedIn, "status"));
        var listed = await ListedAsync(session, "work");
        Assert.Contains("in memory", Text(await ListedAsync(session, "aws-sso:corp"), "answeredBy"));
        Assert.NotEqual("needs_user_action", Text(listed, "phase"));
    }

    [Fact]
    public async Task A_command_that_is_no_browser_leaves_the_page_to_the_caller()
    {
        var home = NewHome();
        home.Variables["BROWSER"] = Path.Combine(home.Home.Path, "nowhere");
        home.Variables["PATH"] = home.Home.Path;
        home.ConfigureSession("""
            "signIn": "browser"
            """);
        var session = await ServeAsync(home);

        var pending = await SignInAsync(session, new { profile = "work" });

        Assert.Equal("pending", Text(pending, "status"));
        Assert.Contains("/authorize?", Text(pending, "url"));
        await home.Server.Human.OpenAsync(new Uri(Text(pending, "url")!));
        Assert.Equal("signed_in", Text(await SignInAsync(session, new { profile = "work" }), "status"));
    }

    [Fact]
    public async Task A_check_names_the_session_that_needs_a_human()
    {
        var home = NewHome();
        home.ConfigureSession();
        home.SessionEnded();

        var end = await RunAsync(home, "check", "--json");

        Assert.Equal(ExitCode.Refused, end.ExitCode);
        var work = JsonElement.Parse(end.Output).GetProperty("credentials")[0];
        Assert.Equal("AWS_SSO_SESSION_ENDED", CodeOf(work));
        Assert.Contains("aws sso login", Text(work.GetProperty("error"), "nextStep"));
    }
}
