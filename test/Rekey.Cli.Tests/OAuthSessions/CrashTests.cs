using Rekey.Cli.Tests.Processes;
using Rekey.Cli.Tests.SlackSessions;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.OAuth;
using Rekey.Testing.Slack;

namespace Rekey.Cli.Tests.OAuthSessions;

/// <summary>A server that is killed in the middle of a refresh, and the one that is started after it.</summary>
public sealed class CrashTests : OAuthProcessTest
{
    [Fact]
    public async Task A_reply_that_nobody_was_there_to_read_costs_a_browsers_session_nothing()
    {
        await using var slack = new SlackHome(NewHome(), Planted);
        var session = slack.SignIn();
        slack.Server.Fail(SlackServer.Page, SlackTrouble.Hang);

        await KillInRefreshAsync(slack.Home, () => session.Openings == 1);
        var server = await ServeAsync(slack.Home); // the token that is stored is dead by now

        Assert.Equal("healthy", Text(await HealthAsync(server, SlackHome.Name), "health"));
        Assert.Equal(session.Token, slack.ShownToken);
        Assert.True((await RefreshAsync(server)).IsSuccess);
    }

    [Fact]
    public async Task What_was_granted_and_written_and_not_yet_proved_is_proved_by_the_next_process()
    {
        await using var slack = new SlackHome(NewHome(), Planted);
        var app = slack.Book.InstallRotated();
        slack.Home.Configure($$"""{ "credentials": { "{{SlackHome.Name}}": { {{slack.Rotated(app)}} } } }""");
        var isProving = false;
        slack.Server.Script(SlackServer.TokenAccess, (call, _) =>
        {
            slack.Server.Script(SlackServer.AuthTest, (test, _) =>
            {
                isProving = true;
                return Task.FromResult(slack.Server.Do(test) with { Fault = WireFault.Hang });
            });
            return Task.FromResult(slack.Server.Do(call));
        });

        await KillInRefreshAsync(slack.Home, () => Volatile.Read(ref isProving));
        Assert.Equal(app.Token, (await StoredAsync(slack.Home, SlackHome.Name)).Pending!["token"]!.Value.Reveal());
        var server = await ServeAsync(slack.Home);

        var listed = await UntilAsync(() => ListedAsync(server, SlackHome.Name), static c => Number(c, "totalRefreshes") == 1);
        Assert.Equal("ready", Text(listed, "phase"));
        Assert.Equal("healthy", Text(await HealthAsync(server, SlackHome.Name), "health"));
        Assert.Equal((app.Token, 1, 0), (slack.ShownToken, app.Refreshes, app.Replays));
    }

    [Fact]
    public async Task Where_a_spent_token_is_taken_once_more_a_lost_reply_needs_no_human()
    {
        var work = NewWork();
        work.Server.Book.Rotation = OAuthRotation.Strict with { Grace = 1 };
        var family = work.Consent();
        await BeginAsync(work);
        work.Server.Break(OAuthServer.TokenPath, WireFault.Hang);

        await KillInRefreshAsync(work.Home, () => family.Refreshes == 2);
        var server = await ServeAsync(work.Home);

        Assert.Equal("unverified", Text(await HealthAsync(server, OAuthHome.Name), "health"));
        Assert.Equal(2, (await RefreshAsync(server)).Total);
        Assert.Equal((1, false), (family.Replays, family.IsRevoked));
        Assert.True(work.Server.Book.Accepts((await StoredAsync(work.Home, OAuthHome.Name)).Current["access_token"]!.Value.Reveal()));
    }

    [Fact]
    public async Task Where_a_token_is_good_once_a_lost_reply_ends_the_session_and_the_answer_says_what_to_do()
    {
        var work = NewWork();
        var family = work.Consent();
        await BeginAsync(work);
        work.Server.Break(OAuthServer.TokenPath, WireFault.Hang);

        await KillInRefreshAsync(work.Home, () => family.Refreshes == 2);
        var server = await ServeAsync(work.Home);
        var answer = await RefreshAsync(server);

        Assert.Equal("SESSION_REVOKED", answer.Code);
        Assert.Contains("refresh token", answer.Message);
        Assert.Contains("Obtain a new refresh token", answer.Message);
        Assert.Equal((1, true), (family.Replays, family.IsRevoked));
        // A human consents again, and the same way as after any end of a session leads back.
        work.Consent();
        var next = await ServeAsync(work.Home);
        Assert.Equal("unverified", Text(await HealthAsync(next, OAuthHome.Name), "health"));
        Assert.True((await RefreshAsync(next)).IsSuccess);
    }

    [Fact]
    public async Task Killed_at_any_moment_a_server_leaves_what_the_next_one_goes_on_with()
    {
        const int rounds = 8;
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var work = NewWork();
        await using var slack = new SlackHome(work.Home, Planted);
        slack.SignIn();
        work.Server.Book.Rotation = OAuthRotation.Strict with { Grace = rounds };
        var family = work.Consent();
        work.Home.Configure($$"""
            { "credentials": {
                "{{OAuthHome.Name}}": { {{work.Credential}} },
                "{{SlackHome.Name}}": { {{slack.Browser(SlackHome.OnRequest)}} } } }
            """);
        var least = (OAuth: 0L, Slack: 0L);
        for (var round = 1; round <= rounds; round++)
        {
            var server = await ServeAsync(work.Home);
            await server.BeginAsync("tools/call", new { name = "refresh_credentials", arguments = new { } });
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(400)), TimeProvider.System, TestContext.Current.CancellationToken);
            await KillAsync(server);
            var now = (OAuth: await CountAsync(work.Home, OAuthHome.Name), Slack: await CountAsync(work.Home, SlackHome.Name));
            Assert.True(now.OAuth >= least.OAuth && now.Slack >= least.Slack, $"The count went back in round {round}.");
            least = now;
        }

        var last = await ServeAsync(work.Home);
        Assert.Equal("healthy", Text(await HealthAsync(last, SlackHome.Name), "health"));
        var answer = await RefreshAsync(last, OAuthHome.Name);
        Assert.True(answer.IsSuccess, answer.ToString());
        Assert.True(answer.Total > least.OAuth);
        Assert.True((await RefreshAsync(last, SlackHome.Name)).IsSuccess);
        Assert.False(family.IsRevoked);
        Assert.Empty(Directory.GetFiles(StoreFolderOf(work.Home), "*corrupt*"));
    }

    // A first process has refreshed it once; what follows is no beginning.
    private async Task BeginAsync(OAuthHome work)
    {
        var server = await ServeAsync(work.Home);
        await HealthAsync(server, OAuthHome.Name);
        await server.CloseAsync();
    }

    private async Task KillInRefreshAsync(UserHome home, Func<bool> isThere)
    {
        var server = await ServeAsync(home);
        await server.CallAsync("health_check", new { });
        await server.BeginAsync("tools/call", new { name = "refresh_credentials", arguments = new { } });
        await Until.True(isThere);
        await KillAsync(server);
    }

    private static async Task<long> CountAsync(UserHome home, string credential) =>
        (await StoreOf(home).ReadAsync(credential, TestContext.Current.CancellationToken))?.Refreshes ?? 0;
}
