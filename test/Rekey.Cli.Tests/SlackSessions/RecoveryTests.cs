namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>What a session is after a restart, with new values in the environment and without.</summary>
public sealed class RecoveryTests : SlackProcessTest
{
    [Fact]
    public async Task After_a_revoked_session_new_values_and_a_restart_bring_the_server_back()
    {
        var slack = NewSlack();
        var old = slack.SignIn();
        var server = await ServeAsync(slack.Home);
        Assert.Equal(1, (await RefreshAsync(server)).Total);
        slack.Book.Revoke(old);
        Assert.Equal("SESSION_REVOKED", (await RefreshAsync(server)).Code);
        var step = Text(await HealthAsync(server, SlackHome.Name), "nextStep");
        Assert.All(["SLACK_USER_TOKEN", "SLACK_COOKIE_D", "restart"], word => Assert.Contains(word, step));
        await server.CloseAsync();

        var session = slack.SignIn();
        var next = await ServeAsync(slack.Home);

        Assert.Equal("healthy", Text(await HealthAsync(next, SlackHome.Name), "health"));
        Assert.Equal(session.Token, slack.ShownToken);
        Assert.Equal(2, (await RefreshAsync(next)).Total);
        Assert.Equal(session.Token, (await StoredAsync(slack.Home, SlackHome.Name)).Current["token"]!.Value.Reveal());
    }

    [Fact]
    public async Task Without_new_values_a_restart_goes_on_with_the_stored_pair_and_its_count()
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        var server = await ServeAsync(slack.Home);
        await RefreshAsync(server);
        var last = await RefreshAsync(server);
        await server.CloseAsync();

        var next = await ServeAsync(slack.Home);

        Assert.Equal("healthy", Text(await HealthAsync(next, SlackHome.Name), "health"));
        Assert.Equal((2, session.Token), (slack.Openings, slack.ShownToken)); // the configured pair is long dead
        var listed = await ListedAsync(next, SlackHome.Name);
        Assert.Equal(2, Number(listed, "totalRefreshes"));
        Assert.Equal(last.At, listed.GetProperty("lastRefreshAt").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.Equal(3, (await RefreshAsync(next)).Total);
    }

    [Fact]
    public async Task Values_that_were_put_back_do_not_win_over_the_session_that_followed_from_them()
    {
        var slack = NewSlack();
        var first = slack.SignIn();
        var values = (Token: slack.Home.Variables["ACME_TOKEN"], Cookie: slack.Home.Variables["ACME_COOKIE"]);
        await RefreshAsync(await ServeAsync(slack.Home));
        slack.Book.Revoke(first);
        var second = slack.SignIn();
        await RefreshAsync(await ServeAsync(slack.Home));

        (slack.Home.Variables["ACME_TOKEN"], slack.Home.Variables["ACME_COOKIE"]) = values;
        var server = await ServeAsync(slack.Home);

        Assert.Equal("healthy", Text(await HealthAsync(server, SlackHome.Name), "health"));
        Assert.Equal(second.Token, slack.ShownToken);
    }
}
