using System.Text.Json;
using System.Text.RegularExpressions;
using Rekey.Testing.Slack;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>What an agent and an operator can see of what happened, and what nobody can.</summary>
public sealed class VisibilityTests : SlackProcessTest
{
    [Fact]
    public async Task The_events_the_list_and_the_health_tell_of_a_success_and_of_a_failure()
    {
        var slack = NewSlack();
        slack.SignIn();
        slack.Server.Script(SlackServer.Page, (call, _) => Task.FromResult(slack.Server.Do(call)));
        slack.Server.Fail(SlackServer.Page, SlackTrouble.ChangedMarkup);
        slack.Book.KeepsOldTokens = true;
        var server = await ServeAsync(slack.Home);
        Assert.True((await RefreshAsync(server)).IsSuccess);
        var good = await ListedAsync(server, SlackHome.Name);
        Assert.Equal(("ready", true, 1), (Text(good, "phase"), good.GetProperty("verified").GetBoolean(), Number(good, "totalRefreshes")));

        Assert.Equal("INVALID_RESPONSE", (await RefreshAsync(server)).Code);

        var listed = await ListedAsync(server, SlackHome.Name);
        Assert.Equal(("degraded", "INVALID_RESPONSE", 1), (Text(listed, "phase"), Text(listed, "lastErrorCode"), Number(listed, "totalRefreshes")));
        Assert.Equal(Text(good, "fingerprint"), Text(listed, "fingerprint"));
        var health = await HealthAsync(server, SlackHome.Name);
        Assert.Equal(("degraded", "INVALID_RESPONSE"), (Text(health, "health"), Text(health, "code")));
        var events = await EventsAsync(server, SlackHome.Name);
        Assert.Equal(
            ["swapped", "refreshed", "rotated", "swapped", "attempt_failed", "failed"],
            events.Select(static e => Text(e, "event")).Where(static e => e is not "drained" and not "revoked").SkipWhile(static e => e == "rotated"));
        Assert.Equal("INVALID_RESPONSE", Text(events.Single(static e => Text(e, "event") == "failed"), "code"));
        Assert.Equal(Text(good, "fingerprint"), Text(events.Last(static e => Text(e, "event") == "swapped"), "fingerprint"));
    }

    [Fact]
    public async Task The_third_failure_in_a_row_is_an_error_in_the_log_and_the_first_two_are_warnings()
    {
        var slack = NewSlack();
        slack.SignIn();
        slack.Server.Fail(SlackServer.Page, SlackTrouble.SignInPage, SlackTrouble.Forbidden, SlackTrouble.SignInRedirect);
        var server = await ServeAsync(slack.Home);
        for (var call = 1; call <= 3; call++)
            Assert.Equal("SESSION_REVOKED", (await RefreshAsync(server)).Code);

        var log = await UntilAsync(() => Task.FromResult(server.Server.Errors), static log => log.Contains("3 times in a row", StringComparison.Ordinal));
        Assert.Single(LinesOf(log, @"error credential_renewal_failed: slack: the refresh has failed 3 times in a row \[SESSION_REVOKED\]"));
        Assert.Equal(2, LinesOf(log, @"warning credential_renewal_failed: slack: refresh failed \[SESSION_REVOKED\]").Count());
        Assert.True((await RefreshAsync(server)).IsSuccess);
        Assert.Equal("healthy", Text(await HealthAsync(server, SlackHome.Name), "health"));
    }

    [Fact]
    public async Task Every_token_and_cookie_of_the_past_and_the_present_is_known_to_the_redactor_in_every_form()
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        slack.Configure(SlackHome.OnRequest, more: $$"""
            , "paint": { "kind": "database", "from": "file://{{slack.Home.Write("url", $"sqlite:{slack.Home.Database("paint.db", "blue")}")}}" }
            """);
        List<string> known = [session.Token, session.RawCookie, session.Cookie];
        var server = await ServeAsync(slack.Home);
        Assert.True((await RefreshAsync(server)).IsSuccess);
        known.AddRange([session.Token, session.RawCookie, session.Cookie]);

        Assert.Equal(6, known.Distinct().Count());
        foreach (var secret in known.SelectMany(static s => new[] { s, JsonEncodedText.Encode(s).ToString(), Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(s)) }))
            Assert.Contains(Secret.Marker, (await server.CallAsync("run_select", new { query = $"select '{secret}' as told" })).ToString());
    }

    [Fact]
    public async Task A_page_that_shows_the_cookie_it_was_sent_puts_it_into_no_answer_and_no_log()
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        slack.Server.Script(SlackServer.Page, (call, _) => Task.FromResult(SlackPages.Html($"<h1>{call.Header("Cookie")} {session.Token}</h1>", 418)));
        slack.Server.Script(SlackServer.Page, (call, _) => Task.FromResult(SlackPages.Redirect($"https://{session.Cookie}.example.com/{session.Token}")));
        var server = await ServeAsync(slack.Home);

        Assert.Equal("INVALID_RESPONSE", (await RefreshAsync(server)).Code);
        Assert.Equal("INVALID_RESPONSE", (await RefreshAsync(server)).Code);
        await EventsAsync(server, SlackHome.Name);
        await server.CallAsync("get_credential_events", new { credential = session.Token });
        await server.CallAsync("refresh_credentials", new { credential = session.Cookie });
    }

    private static IEnumerable<string> LinesOf(string log, string pattern) => Regex.Matches(log, $@"(?m)^\S+ {pattern}").Select(static m => m.Value);
}
