using System.Text.Json;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Sso;

namespace Rekey.Cli.Tests.Sso;

/// <summary>A database whose secret is read with a session that ends, and what a sign-in does to the server that runs.</summary>
public sealed class RecoveryTests : SsoProcessTest
{
    [Fact]
    public async Task The_pool_serves_on_while_its_session_is_over_and_the_credential_comes_by_itself_after_a_sign_in_by_the_tool()
    {
        var home = NewDatabase();
        home.SignedIn(TimeSpan.FromHours(1));
        var session = await ServeAsync(home);
        Assert.Equal("blue", await ColourAsync(session));

        EndEverything(home);
        Rotate(home, "green");
        await session.CallAsync("refresh_secret", new { credential = "paint" });
        await UntilAsync(() => ListedAsync(session, "aws:work"), static c => Text(c, "phase") == "needs_user_action");

        Assert.Equal("blue", await ColourAsync(session)); // the login of the database is as good as ever
        var pending = await SignInAsync(session, new { profile = "work" });
        Assert.Equal("pending", Text(pending, "status"));
        Assert.Equal("blue", await ColourAsync(session));
        await home.Server.Human.OpenAsync(new Uri(Text(pending, "url")!));
        Assert.Equal("signed_in", Text(await SignInAsync(session, new { profile = "work" }), "status"));

        Assert.Equal("green", await UntilAsync(() => ColourAsync(session), static colour => colour != "blue"));
    }

    [Fact]
    public async Task What_waits_for_a_session_comes_by_itself_when_somebody_signs_in_with_the_aws_cli()
    {
        var home = NewDatabase();
        home.SessionEnded();
        var cli = await SsoCli.InAsync(home.Home.Path, home.Server.Address);
        var session = await ServeAsync(home);
        var missing = await SelectAsync(session);
        Assert.Equal("AWS_SSO_SESSION_ENDED", CodeOf(missing.GetProperty("structuredContent")));
        var fetches = home.Server.Calls("/token");

        var login = await cli.RunAsync(["sso", "login", "--profile", "work", "--no-browser"], home.Confirm);
        Assert.True(login.ExitCode == 0, login.Errors);

        // Nobody calls for the credential: what is listed comes from memory alone.
        var listed = await UntilAsync(() => ListedAsync(session, "paint"), static c => Text(c, "phase") == "ready");
        Assert.False(listed.TryGetProperty("lastErrorCode", out _));
        Assert.Equal("blue", await ColourAsync(session));
        Assert.Equal(0, home.Server.Book.Refreshes);
        Assert.True(home.Server.Calls("/token") > fetches);
    }

    [Fact]
    public async Task A_token_that_any_tool_writes_is_noticed_without_a_call()
    {
        var home = NewDatabase();
        home.SessionEnded();
        var session = await ServeAsync(home);
        await SelectAsync(session);

        home.SignedIn(TimeSpan.FromHours(1));
        var written = TimeProvider.System.GetTimestamp();

        await UntilAsync(() => ListedAsync(session, "aws-sso:corp"), static c => Text(c, "phase") == "ready");
        var noticed = TimeProvider.System.GetElapsedTime(written);
        await UntilAsync(() => ListedAsync(session, "paint"), static c => Text(c, "phase") == "ready");
        TestContext.Current.TestOutputHelper?.WriteLine($"The session after {noticed.TotalMilliseconds:F0} ms, the database after {TimeProvider.System.GetElapsedTime(written).TotalMilliseconds:F0} ms.");
    }

    [Fact]
    public async Task The_end_of_a_session_is_shown_with_the_name_of_what_has_to_be_signed_in_to()
    {
        var home = NewDatabase();
        home.SessionEnded();
        var session = await ServeAsync(home);
        await SelectAsync(session);

        var listed = await ListedAsync(session, "paint");
        Assert.Equal(("needs_user_action", "AWS_SSO_SESSION_ENDED", "aws:work"), (Text(listed, "phase"), Text(listed, "lastErrorCode"), Text(listed, "parent")));
        Assert.Contains("refresh_aws_sso_token", Text(listed, "whatToDo"));
        Assert.False(listed.TryGetProperty("nextAttemptAt", out _));
        Assert.Equal(("needs_user_action", "aws-sso:corp"), (Text(await ListedAsync(session, "aws:work"), "phase"), Text(await ListedAsync(session, "aws:work"), "parent")));

        var health = (await session.CallAsync("health_check", new { })).GetProperty("structuredContent");
        Assert.Equal("UNHEALTHY", CodeOf(health));
        var paint = health.GetProperty("error").GetProperty("credentials").EnumerateArray().Single(static c => Text(c, "name") == "paint");
        Assert.Equal(("unhealthy", "AWS_SSO_SESSION_ENDED"), (Text(paint, "health"), Text(paint, "code")));
        Assert.Contains("'corp'", Text(paint, "message"));
    }

    [Fact]
    public async Task A_refresh_from_another_terminal_tells_the_end_of_the_session()
    {
        var home = NewDatabase();
        home.SessionEnded();
        await ServeAsync(home);

        var end = Observe(await ChildProcess.RunAsync(BuiltExecutable.Path, ["refresh", "paint"], home.Home.Environment));

        Assert.Equal(ExitCode.Refused, end.ExitCode);
        Assert.Contains("[AWS_SSO_SESSION_ENDED]", end.Output);
        Assert.Contains("'corp'", end.Output);
    }

    private SsoHome NewDatabase()
    {
        var home = NewHome();
        home.SecretsManager.Secrets.Create("paint", new Secret($"sqlite:{home.Home.Database("blue.db", "blue")}"));
        home.Home.Configure("""{ "credentials": { "paint": { "kind": "database", "from": "aws-sm://paint?profile=work" } } }""");
        return home;
    }

    private static void Rotate(SsoHome home, string colour) =>
        home.SecretsManager.Secrets.Put("paint", new Secret($"sqlite:{home.Home.Database($"{colour}.db", colour)}"));

    // The administrator ends the session, and the keys that came of it.
    private static void EndEverything(SsoHome home)
    {
        home.Server.Book.EndSession();
        foreach (var principal in home.Account.Sessions)
            home.Account.Remove(principal);
    }

    private static Task<JsonElement> SelectAsync(RawSession session) => session.CallAsync("run_select", new { query = "select colour from paint" });

    private static async Task<string?> ColourAsync(RawSession session)
    {
        var result = await SelectAsync(session);
        Assert.False(result.GetProperty("isError").GetBoolean(), result.ToString());
        return result.GetProperty("structuredContent").GetProperty("rows")[0].GetProperty("colour").GetString();
    }
}
