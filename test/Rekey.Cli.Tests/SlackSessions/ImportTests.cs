using System.Text.Json.Nodes;
using Rekey.Testing.Slack;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>People who come from slack-mcp-server bring its file.</summary>
public sealed class ImportTests : SlackProcessTest
{
    [Fact]
    public async Task Its_session_is_taken_over_with_its_count_and_the_file_is_left_as_it_was()
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        slack.Home.Variables["ACME_TOKEN"] = Planted("xoxc-111111111111-2222222222222-3333333333333-" + new string('a', 64)); // what it began with, long ago
        var file = Write(slack, session, "acme");
        var before = File.ReadAllText(file);
        var server = await ServeAsync(slack.Home);

        Assert.Equal("healthy", Text(await HealthAsync(server, SlackHome.Name), "health"));
        Assert.Equal((session.Token, 0), (slack.ShownToken, slack.Openings));
        Assert.Equal(41, Number(await ListedAsync(server, SlackHome.Name), "totalRefreshes"));

        Assert.Equal(42, (await RefreshAsync(server)).Total);
        Assert.Equal(before, File.ReadAllText(file));
        await server.CloseAsync();
        Assert.Equal(43, (await RefreshAsync(await ServeAsync(slack.Home))).Total); // the file is no longer asked
    }

    [Fact]
    public async Task The_session_of_another_workspace_is_not_taken()
    {
        var slack = NewSlack();
        var other = slack.Book.SignIn("globex");
        var session = slack.SignIn();
        Write(slack, other, "globex");
        var server = await ServeAsync(slack.Home);

        Assert.Equal("healthy", Text(await HealthAsync(server, SlackHome.Name), "health"));
        Assert.Equal(session.Token, slack.ShownToken);
        Assert.Equal(1, (await RefreshAsync(server)).Total);
        Assert.Contains("workspace", server.Server.Errors);
        Assert.Equal(0, other.Openings);
    }

    // The file in that server's own form, under a name that the configuration mentions.
    private static string Write(SlackHome slack, SlackBrowserSession session, string workspace)
    {
        slack.Configure($"{SlackHome.OnRequest}, \"import\": \"~/secrets/credentials.json\"");
        return slack.Home.Write("secrets/credentials.json", new JsonObject
        {
            ["version"] = 1,
            ["credentials"] = new JsonObject { ["token"] = session.Token, ["cookie"] = session.RawCookie, ["workspace"] = workspace },
            ["metadata"] = new JsonObject { ["lastRefreshed"] = "2026-01-02T03:04:05.678Z", ["refreshCount"] = 41, ["source"] = "auto-refresh" },
        }.ToJsonString());
    }
}
