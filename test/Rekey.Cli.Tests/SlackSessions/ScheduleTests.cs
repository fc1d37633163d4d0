using Rekey.Slack;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>What a server does by itself when it starts.</summary>
public sealed class ScheduleTests : SlackProcessTest
{
    private const string Scheduled = """ "workspace": "acme", "refreshIntervalDays": 7 """;

    [Fact]
    public async Task A_session_older_than_the_interval_is_refreshed_at_the_start()
    {
        var slack = await WithStoredAsync(age: TimeSpan.FromDays(8));
        var server = await ServeAsync(slack.Home);

        var listed = await UntilAsync(() => ListedAsync(server, SlackHome.Name), static c => Number(c, "totalRefreshes") > 5);

        Assert.Equal((6, 1), (Number(listed, "totalRefreshes"), slack.Openings));
        Assert.InRange(listed.GetProperty("nextRefreshAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(6.99), TimeSpan.FromDays(7));
        Assert.Contains("refreshed", (await EventsAsync(server, SlackHome.Name)).Select(static e => Text(e, "event")));
    }

    [Fact]
    public async Task A_session_that_is_younger_is_left_alone()
    {
        var slack = await WithStoredAsync(age: TimeSpan.FromDays(1));
        var server = await ServeAsync(slack.Home);

        var health = await HealthAsync(server, SlackHome.Name);

        Assert.Equal("healthy", Text(health, "health"));
        var listed = await ListedAsync(server, SlackHome.Name);
        Assert.Equal((5, 0), (Number(listed, "totalRefreshes"), slack.Openings));
        Assert.InRange(listed.GetProperty("nextRefreshAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(5.99), TimeSpan.FromDays(6));
    }

    [Fact]
    public async Task A_session_of_unknown_age_is_refreshed_right_after_the_start()
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        slack.Configure(Scheduled);
        var server = await ServeAsync(slack.Home);

        await UntilAsync(() => ListedAsync(server, SlackHome.Name), static c => Number(c, "totalRefreshes") == 1);

        Assert.Equal("healthy", Text(await HealthAsync(server, SlackHome.Name), "health"));
        Assert.Equal((1, session.Token), (slack.Openings, slack.ShownToken));
    }

    [Fact]
    public async Task With_autoRefresh_off_nothing_is_refreshed_that_nobody_asks_for()
    {
        var slack = await WithStoredAsync(age: TimeSpan.FromDays(400));
        slack.Configure(SlackHome.OnRequest);
        var server = await ServeAsync(slack.Home);

        await HealthAsync(server, SlackHome.Name);

        var listed = await ListedAsync(server, SlackHome.Name);
        Assert.Equal((5, 0), (Number(listed, "totalRefreshes"), slack.Openings));
        Assert.False(listed.TryGetProperty("nextRefreshAt", out _));
        Assert.Equal(6, (await RefreshAsync(server)).Total);
    }

    // As an earlier process has left it.
    private async Task<SlackHome> WithStoredAsync(TimeSpan age)
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        slack.Configure(Scheduled);
        using var http = new HttpClient();
        var authority = new SlackAuthority(new SlackOptions { Credential = SlackHome.Name, Workspace = "acme", Address = slack.Server.Address, Http = http });
        await StoreAsync(slack.Home, authority.RecordOf(SlackHome.Name), new SessionRecord
        {
            Current = new SessionState
            {
                Fields = new Dictionary<string, Secret> { ["token"] = new(session.Token), ["cookie"] = new(session.Cookie) },
                RefreshedAt = TimeProvider.System.GetUtcNow() - age,
            },
            Refreshes = 5,
        });
        return slack;
    }
}
