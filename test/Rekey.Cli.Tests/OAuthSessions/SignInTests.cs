using Rekey.Cli.Tests.Processes;
using Rekey.Testing.OAuth;

namespace Rekey.Cli.Tests.OAuthSessions;

/// <summary><c>rekey login</c> for a credential of OAuth, beside a server that waits for it.</summary>
public sealed class SignInTests : OAuthProcessTest
{
    [Fact]
    public async Task A_server_that_asks_for_a_human_notices_within_seconds_that_one_has_signed_in()
    {
        var work = NewWork();
        work.ConfigureDevice();
        var server = await ServeAsync(work.Home);
        var before = await HealthAsync(server, OAuthHome.Name);
        Assert.Equal(("unhealthy", "SIGN_IN_REQUIRED"), (Text(before, "health"), Text(before, "code")));
        var refused = await RefreshAsync(server);
        Assert.Equal("SESSION_REVOKED", refused.Code);
        Assert.Contains("rekey login work", refused.Message);

        await using var login = ChildProcess.Start(BuiltExecutable.Path, ["login", OAuthHome.Name, "--log-level", "trace"], work.Home.Environment);
        var said = await FollowAsync(login);
        Assert.True(await login.ExitAsync() == ExitCode.Ready, Observe(login.Errors));
        var ended = TimeProvider.System.GetTimestamp();

        Assert.Contains("FAKE-0001", said);
        Assert.Contains("Signed in for 'work'.", said);
        // Nobody calls for the credential: what is listed comes from memory alone.
        var listed = await UntilAsync(() => ListedAsync(server, OAuthHome.Name), static c => Text(c, "phase") == "ready");
        Assert.InRange(TimeProvider.System.GetElapsedTime(ended), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.False(listed.GetProperty("needsHuman").GetBoolean());
        Assert.Equal("unverified", Text(await HealthAsync(server, OAuthHome.Name), "health"));
        Assert.True((await RefreshAsync(server)).IsSuccess);
        Assert.Equal(1, work.Server.Calls(OAuthServer.DevicePath));
    }

    [Fact]
    public async Task A_human_who_says_no_ends_the_login_as_refused_and_nothing_is_stored()
    {
        var work = NewWork();
        work.ConfigureDevice();
        work.Server.Human.Denies = true;
        await using var login = ChildProcess.Start(BuiltExecutable.Path, ["login", OAuthHome.Name, "--log-level", "trace"], work.Home.Environment);

        await FollowAsync(login, decision: "deny");

        Assert.Equal(ExitCode.Refused, await login.ExitAsync());
        Assert.Contains("[OAUTH_SIGN_IN_DENIED]", Observe(login.Errors));
        Assert.Null(FileIn(work.Home, "work"));
    }

    // The human opens the page in a browser somewhere and decides there.
    private async Task<string> FollowAsync(ChildProcess login, string decision = "allow")
    {
        using var browser = new HttpClient();
        var said = new List<string>();
        while (await login.ReadLineAsync() is { } line)
        {
            said.Add(Observe(line).Trim());
            if (said[^1].StartsWith("http", StringComparison.Ordinal))
                (await browser.GetAsync(new Uri($"{said[^1]}&decision={decision}"), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        }
        return string.Join('\n', said);
    }
}
