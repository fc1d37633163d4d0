namespace Rekey.Cli.Tests.Sso;

/// <summary>The sign-in with a way back, in a real browser that our own code opens.</summary>
public sealed class ChromiumTests : SsoProcessTest
{
    [Theory]
    [InlineData("Allow access", ExitCode.Ready)]
    [InlineData("Deny access", ExitCode.Refused)]
    public async Task A_human_clicks_and_the_browser_comes_back_with_the_answer(string button, int exitCode)
    {
        var home = NewHome();
        await using var chromium = new Chromium(Path.Combine(home.Home.Path, "chromium"));
        home.UseBrowser(chromium.Command);
        home.Server.AsksInPages = true;
        home.ConfigureSession("""
            "signIn": "browser"
            """);
        var login = RunAsync(home, "login", "work");

        var said = await chromium.ClickAsync(button);

        Assert.Contains("Rekey has the answer", Observe(said));
        Assert.Equal(exitCode, (await login).ExitCode);
        Assert.Equal(exitCode == ExitCode.Ready, File.Exists(home.TokenFile));
    }

    [Fact]
    public async Task A_tool_that_opened_the_browser_itself_waits_for_the_click()
    {
        var home = NewHome();
        await using var chromium = new Chromium(Path.Combine(home.Home.Path, "chromium"));
        home.UseBrowser(chromium.Command);
        home.Server.AsksInPages = true;
        home.SessionEnded();
        home.ConfigureSession("""
            "signIn": "browser"
            """);
        var session = await ServeAsync(home);
        var call = SignInAsync(session, new { profile = "work" });

        await chromium.ClickAsync("Allow access");

        Assert.Equal("signed_in", Text(await call, "status"));
    }
}
