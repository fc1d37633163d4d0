using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Slack;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>The one promise about real time: whoever calls has an answer within ten seconds.</summary>
public sealed class SlowServiceTests : SlackProcessTest
{
    [Fact]
    public async Task A_service_that_hangs_and_one_that_drips_keep_nobody_waiting_for_longer_than_ten_seconds()
    {
        var answers = await Task.WhenAll(new[] { SlackTrouble.Hang, SlackTrouble.Drip }.Select(AnswerAsync));

        Assert.All(answers, static a => Assert.Equal(("REFRESH_IN_PROGRESS", "REFRESH_IN_PROGRESS"), (a.First.Code, a.Second.Code)));
        Assert.All(answers, static a => Assert.InRange(a.Took, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
    }

    private async Task<(RefreshAnswer First, RefreshAnswer Second, TimeSpan Took)> AnswerAsync(SlackTrouble trouble)
    {
        var slack = NewSlack();
        slack.SignIn();
        slack.Server.Fail(SlackServer.Page, trouble);
        var server = await ServeAsync(slack.Home);
        await HealthAsync(server, SlackHome.Name);
        var began = TimeProvider.System.GetTimestamp();
        var first = await RefreshAsync(server);
        var took = TimeProvider.System.GetElapsedTime(began);
        var second = await RefreshAsync(server); // it goes on without its caller
        await KillAsync(server);
        return (first, second, took);
    }
}
