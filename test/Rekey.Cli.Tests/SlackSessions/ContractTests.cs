using System.Text.Json;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Slack;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>
/// <c>refresh_credentials</c> as the official clients meet it, in every situation that can be reached. A client that holds an answer
/// against the published schema and finds it wanting throws, and so does our own reading of the contract.
/// </summary>
public sealed class ContractTests : SlackProcessTest
{
    private const string Revoked = "Slack session has been revoked. Please re-authenticate and update credentials.";

    private static SlackTrouble? None => null;

    public static TheoryData<string> Kinds => [.. OfficialClient.Kinds];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Each_success_counts_up_and_what_the_page_does_not_issue_anew_is_kept(string kind)
    {
        var slack = NewSlack();
        slack.SignIn();
        Script(slack, None, SlackTrouble.SameToken, SlackTrouble.NoNewCookie);
        slack.Server.Script(SlackServer.Page, (call, _) =>
            Task.FromResult(slack.Book.Open(call, issuesToken: false) with { Headers = new Dictionary<string, string>() }));

        var answers = await RefreshAsync(slack, 4, kind);

        Assert.All(answers, static a => Assert.True(a.IsSuccess, a.ToString()));
        Assert.Equal([1, 2, 3, 4], answers.Select(static a => a.Total));
        Assert.Equal(answers.Select(static a => a.At).Order(), answers.Select(static a => a.At));
        Assert.InRange(answers[^1].At, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task A_page_that_is_not_the_workspace_any_more_is_an_invalid_response_and_the_sixth_call_is_too_many()
    {
        var slack = NewSlack();
        slack.SignIn();
        Script(slack, SlackTrouble.ChangedMarkup, SlackTrouble.NoToken, SlackTrouble.TenMegabytes, SlackTrouble.RedirectLoop);
        Script(slack, [.. Enumerable.Repeat<SlackTrouble?>(SlackTrouble.RedirectLoop, 5)]);

        var answers = await RefreshAsync(slack, 6);

        Assert.Equal(["INVALID_RESPONSE", "INVALID_RESPONSE", "INVALID_RESPONSE", "INVALID_RESPONSE", "", "RATE_LIMITED"], answers.Select(static a => a.Code));
        Assert.Equal(1, answers[4].Total); // what failed has taken nothing away
    }

    [Fact]
    public async Task Whatever_shows_that_nobody_is_signed_in_says_that_the_session_is_revoked()
    {
        var slack = NewSlack();
        slack.SignIn();
        Script(slack, SlackTrouble.SignInRedirect, SlackTrouble.SignInPage, SlackTrouble.Unauthorized, SlackTrouble.Forbidden, SlackTrouble.DeletedCookie);

        var answers = await RefreshAsync(slack, 5);

        Assert.All(answers, static a => Assert.Equal(("SESSION_REVOKED", Revoked), (a.Code, a.Message)));
    }

    [Fact]
    public async Task An_answer_that_is_lost_is_asked_for_again_and_a_service_that_asks_for_patience_gets_it()
    {
        var slack = NewSlack();
        slack.SignIn();
        Script(slack, SlackTrouble.LostReply, None, SlackTrouble.Truncated, SlackTrouble.Reset, SlackTrouble.ServerError, SlackTrouble.RateLimited);

        var answers = await RefreshAsync(slack, 4);

        Assert.Equal(["", "NETWORK_ERROR", "RATE_LIMITED", "RATE_LIMITED"], answers.Select(static a => a.Code));
        Assert.Equal(1, answers[0].Total);
        Assert.Matches(@"wait (29|30) s", answers[2].Message);
        Assert.Equal(6, slack.Openings); // nobody is asked while it wants to be left alone
    }

    [Fact]
    public async Task What_cannot_be_refreshed_says_so_in_the_words_of_the_contract()
    {
        var slack = NewSlack();
        slack.SignIn();
        (slack.Home.Variables["BOT"], slack.Home.Variables["USER"], slack.Home.Variables["ODD"]) =
            (slack.Book.InstallBot(), slack.Book.InstallUser(), Planted("a-token-of-somebody-else"));
        slack.Home.Configure($$"""
            { "credentials": {
                "bot": { "kind": "slack", "from": { "token": "env://BOT" }, {{slack.Address}} },
                "user": { "kind": "slack", "from": { "token": "env://USER" }, {{slack.Address}} },
                "nowhere": { {{slack.Browser(""" "autoRefresh": true """)}} },
                "odd": { "kind": "slack", "from": { "token": "env://ODD" }, {{slack.Address}} } } }
            """);

        var report = await DriveAsync(slack, "sdk-1", new[] { "bot", "user", "nowhere", "odd" }.ToDictionary(
            static name => name, static name => (object)new { @do = "call", tool = "refresh_credentials", arguments = new { credential = name } }));

        var bot = AnswerOf(report, "bot");
        Assert.Equal("Credential refresh is only available for user token authentication. Bot tokens do not expire.", bot.Message);
        Assert.All(["bot", "user", "nowhere"], name => Assert.Equal("REFRESH_NOT_AVAILABLE", AnswerOf(report, name).Code));
        Assert.Contains("SLACK_WORKSPACE", AnswerOf(report, "nowhere").Message);
        Assert.Equal("UNKNOWN", AnswerOf(report, "odd").Code);
        Assert.Equal(0, slack.Openings);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Of_two_calls_at_once_one_is_told_to_wait_and_one_refreshes(string kind)
    {
        var slack = NewSlack();
        slack.SignIn();
        slack.Server.Script(SlackServer.Page, async (call, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            return slack.Server.Do(call);
        });

        var report = await DriveAsync(slack, kind, new Dictionary<string, object>
        {
            ["both"] = new { @do = "together", tool = "refresh_credentials", times = 2 },
            ["later"] = new { @do = "call", tool = "refresh_credentials" },
        });

        var both = report.GetProperty("steps").GetProperty("both").GetProperty("results").EnumerateArray().Select(AnswerOf).ToList();
        Assert.Equal("A credential refresh is already in progress. Please wait for it to complete.", Assert.Single(both, static a => !a.IsSuccess).Message);
        Assert.Equal("REFRESH_IN_PROGRESS", both.Single(static a => !a.IsSuccess).Code);
        Assert.Equal(1, both.Single(static a => a.IsSuccess).Total);
        Assert.Equal(2, AnswerOf(report, "later").Total);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_fails_the_refresh_and_keeps_the_session()
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        slack.Home.Write("state", "a file where the folder should be");

        var report = await DriveAsync(slack, "sdk-1", new Dictionary<string, object>
        {
            ["refresh"] = new { @do = "call", tool = "refresh_credentials" },
            ["health"] = new { @do = "call", tool = "health_check" },
        });

        Assert.Equal("STORAGE_ERROR", AnswerOf(report, "refresh").Code);
        Assert.Equal((0, session.Token), (slack.Openings, slack.ShownToken)); // nothing was asked for that nobody could have kept
        Assert.Contains("degraded", report.GetProperty("steps").GetProperty("health").ToString());
    }

    private static void Script(SlackHome slack, params SlackTrouble?[] troubles)
    {
        foreach (var trouble in troubles)
        {
            if (trouble is { } one)
                slack.Server.Fail(SlackServer.Page, one);
            else
                slack.Server.Script(SlackServer.Page, (call, _) => Task.FromResult(slack.Server.Do(call)));
        }
    }

    private async Task<List<RefreshAnswer>> RefreshAsync(SlackHome slack, int times, string kind = "sdk-1")
    {
        var report = await DriveAsync(slack, kind, Enumerable.Range(1, times).ToDictionary(
            static number => $"call {number}", static _ => (object)new { @do = "call", tool = "refresh_credentials" }));
        return [.. report.GetProperty("steps").EnumerateObject().Select(static step => AnswerOf(step.Value))];
    }

    private async Task<JsonElement> DriveAsync(SlackHome slack, string kind, Dictionary<string, object> steps)
    {
        var report = await OfficialClient.DriveAsync(kind, slack.Home, steps, ServerCommand.Rekey(arguments: ["--log-level", "trace"]));
        Observe(report.ToString());
        Assert.Empty(report.GetProperty("transportErrors").EnumerateArray());
        return report;
    }

    private static RefreshAnswer AnswerOf(JsonElement report, string step) => AnswerOf(report.GetProperty("steps").GetProperty(step));

    private static RefreshAnswer AnswerOf(JsonElement outcome)
    {
        Assert.True(outcome.TryGetProperty("result", out var result), outcome.ToString());
        return RefreshAnswer.Of(result);
    }
}
