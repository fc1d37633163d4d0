using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Slack;

namespace Rekey.Tests.Slack;

public sealed class SessionRefreshTests : SlackTest
{
    [Fact]
    public async Task A_refresh_brings_a_newer_token_and_a_newer_cookie_that_work()
    {
        var session = Slack.Book.SignIn();
        var authority = Authority();
        var first = session.Token;

        var state = await RefreshAsync(authority, Configured(session));

        Assert.NotEqual(first, session.Token);
        Assert.Equal(session.Token, state["token"]!.Value.Reveal());
        Assert.Equal(session.Cookie, state["cookie"]!.Value.Reveal());
        Assert.Equal(Time.GetUtcNow(), state.RefreshedAt);
        Assert.Null(state.ExpiresAt);
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(authority, authority.Present(state)!)).Outcome);
    }

    [Fact]
    public async Task Where_no_cookie_is_issued_the_current_one_is_kept()
    {
        Slack.Book.ReissuesCookieEvery = 0;
        var session = Slack.Book.SignIn();

        var state = await RefreshAsync(Authority(), Configured(session));

        Assert.Equal(session.Cookie, state["cookie"]!.Value.Reveal());
        Assert.Equal(session.Token, state["token"]!.Value.Reveal());
    }

    [Fact]
    public async Task The_same_token_again_is_a_success()
    {
        var session = Slack.Book.SignIn();
        Slack.Fail(SlackServer.Page, SlackTrouble.SameToken);
        Time.Advance(TimeSpan.FromHours(1));

        var state = await RefreshAsync(Authority(), Configured(session));

        Assert.Equal(session.Token, state["token"]!.Value.Reveal());
        Assert.Equal(Time.GetUtcNow(), state.RefreshedAt);
    }

    [Theory]
    [InlineData(SlackTrouble.SignInRedirect)]
    [InlineData(SlackTrouble.SignInPage)]
    [InlineData(SlackTrouble.DeletedCookie)]
    [InlineData(SlackTrouble.Unauthorized)]
    [InlineData(SlackTrouble.Forbidden)]
    public async Task A_session_that_is_over_is_revoked_and_only_a_human_helps(SlackTrouble trouble)
    {
        var session = Slack.Book.SignIn();
        Slack.Fail(SlackServer.Page, trouble);

        var error = await FailAsync(RefreshAsync(Authority(), Configured(session)));

        Assert.Equal("SESSION_REVOKED", error.Code);
        Assert.Equal("Slack session has been revoked. Please re-authenticate and update credentials.", error.Message);
        Assert.Equal(FailureKind.NeedsUser, error.Kind);
        Assert.Contains("SLACK_COOKIE_D", error.NextStep);
        Assert.Equal(1, Slack.Calls(SlackServer.Page));
    }

    [Fact]
    public async Task A_session_that_was_signed_out_elsewhere_is_revoked()
    {
        var session = Slack.Book.SignIn();
        Slack.Book.Revoke(session);

        Assert.Equal("SESSION_REVOKED", (await FailAsync(RefreshAsync(Authority(), Configured(session)))).Code);
    }

    [Theory]
    [InlineData(SlackTrouble.ChangedMarkup)]
    [InlineData(SlackTrouble.NoToken)]
    [InlineData(SlackTrouble.TenMegabytes)]
    [InlineData(SlackTrouble.RedirectLoop)]
    public async Task A_page_that_is_not_what_was_agreed_is_an_invalid_response_and_never_a_wrong_token(SlackTrouble trouble)
    {
        var session = Slack.Book.SignIn();
        Slack.Fail(SlackServer.Page, trouble, trouble, trouble, trouble, trouble, trouble, trouble);

        var error = await FailAsync(RefreshAsync(Authority(), Configured(session)));

        Assert.Equal(("INVALID_RESPONSE", false), (error.Code, error.Retryable));
        Assert.InRange(Slack.Calls(SlackServer.Page), 1, 6);
    }

    [Fact]
    public async Task A_page_whose_answer_is_lost_on_the_way_is_opened_again_at_once()
    {
        var session = Slack.Book.SignIn();
        Slack.Fail(SlackServer.Page, SlackTrouble.LostReply);

        var state = await RefreshAsync(Authority(), Configured(session));

        Assert.Equal(session.Token, state["token"]!.Value.Reveal());
        Assert.Equal(2, session.Openings);
    }

    [Theory]
    [InlineData(SlackTrouble.Truncated)]
    [InlineData(SlackTrouble.Reset)]
    [InlineData(SlackTrouble.ServerError)]
    public async Task An_answer_that_does_not_arrive_is_a_failure_of_the_network_and_the_next_refresh_succeeds(SlackTrouble trouble)
    {
        var session = Slack.Book.SignIn();
        var authority = Authority();
        var configured = Configured(session);
        Slack.Fail(SlackServer.Page, trouble);

        var error = await FailAsync(RefreshAsync(authority, configured));
        var state = await RefreshAsync(authority, configured);

        Assert.Equal(("NETWORK_ERROR", true), (error.Code, error.Retryable));
        Assert.Equal(session.Token, state["token"]!.Value.Reveal());
    }

    [Theory]
    [InlineData(SlackTrouble.Hang)]
    [InlineData(SlackTrouble.Drip)]
    public async Task An_answer_that_takes_too_long_is_given_up_after_fifteen_seconds(SlackTrouble trouble)
    {
        var session = Slack.Book.SignIn();
        Slack.Fail(SlackServer.Page, trouble);

        var work = FailAsync(RefreshAsync(Authority(), Configured(session)));
        await Until.True(() => Slack.Calls(SlackServer.Page) == 1);
        Time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(work.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("NETWORK_ERROR", (await work).Code);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_failure_of_the_network()
    {
        var session = Slack.Book.SignIn();
        var server = new SlackServer();
        await server.DisposeAsync();

        Assert.Equal("NETWORK_ERROR", (await FailAsync(RefreshAsync(Authority(address: server.Address), Configured(session)))).Code);
    }

    [Theory]
    [InlineData(SlackTrouble.RateLimited)]
    [InlineData(SlackTrouble.RateLimitedUntil)]
    public async Task A_limit_is_told_with_the_time_to_wait(SlackTrouble trouble)
    {
        var session = Slack.Book.SignIn();
        Slack.Fail(SlackServer.Page, trouble);

        var error = await FailAsync(RefreshAsync(Authority(), Configured(session)));

        Assert.Equal(("RATE_LIMITED", true), (error.Code, error.Retryable));
        Assert.Equal(TimeSpan.FromSeconds(30), error.RetryAfter);
    }

    [Fact]
    public async Task A_refresh_that_is_cancelled_ends_at_once()
    {
        var session = Slack.Book.SignIn();
        var authority = Authority();
        Slack.Fail(SlackServer.Page, SlackTrouble.Hang);
        using var cancel = new CancellationTokenSource();

        var work = authority.RefreshAsync(authority.Begin(Configured(session)), Configured(session), cancel.Token);
        await Until.True(() => Slack.Calls(SlackServer.Page) == 1);
        await cancel.CancelAsync();

        Observe(await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work));
    }

    [Fact]
    public async Task The_page_is_asked_for_as_a_browser_does_and_with_the_encoded_cookie_alone()
    {
        var session = Slack.Book.SignIn();
        var cookie = session.Cookie;

        await RefreshAsync(Authority(), Configured(session));

        var call = Slack.Last[SlackServer.Page];
        Assert.True($"d={cookie}" == call.Header("Cookie"));
        Assert.Contains("Chrome/", call.Header("User-Agent"));
        Assert.Null(call.Header("Authorization"));
    }

    [Fact]
    public async Task Every_token_and_both_spellings_of_every_cookie_are_registered_before_they_are_used()
    {
        var session = Slack.Book.SignIn();
        string[] first = [session.Token, session.Cookie, session.RawCookie];
        var authority = Authority();

        var begun = authority.Begin(Configured(session));
        Assert.All(first, value => Assert.True(Secrets.Knows(value)));
        await authority.RefreshAsync(begun, Configured(session), TestContext.Current.CancellationToken);

        Assert.NotEqual(first[1], session.Cookie);
        Assert.All([session.Token, session.Cookie, session.RawCookie], value => Assert.True(Secrets.Knows(value)));
    }

    [Fact]
    public async Task What_a_store_kept_is_registered_and_normalized_before_it_is_used()
    {
        var session = Slack.Book.SignIn();
        var stored = new SessionState { Fields = new Dictionary<string, Secret> { ["token"] = new(session.Token), ["cookie"] = new(session.RawCookie) } };
        var authority = Authority();

        var credential = authority.Present(stored)!;

        Assert.True(credential.Cookie!.Value.Reveal() == session.Cookie);
        Assert.All([session.Token, session.Cookie, session.RawCookie], value => Assert.True(Secrets.Knows(value)));
        await authority.RefreshAsync(stored, Document(), TestContext.Current.CancellationToken);
        Assert.Equal(1, session.Openings);
    }

    [Fact]
    public async Task A_cookie_alone_obtains_its_token()
    {
        var session = Slack.Book.SignIn();
        var authority = Authority();

        var begun = authority.Begin(Document(("cookie", session.Cookie)));
        Assert.Null(authority.Present(begun));
        var state = await authority.RefreshAsync(begun, Document(), TestContext.Current.CancellationToken);

        Assert.Equal(session.Token, authority.Present(state)!.Token.Reveal());
    }

    [Fact]
    public async Task A_cookie_that_is_taken_away_and_given_anew_in_one_chain_is_a_newer_cookie()
    {
        var session = Slack.Book.SignIn();
        Slack.Answer(SlackServer.Page, SlackPages.WithoutCookie(SlackPages.Redirect("/")));

        var state = await RefreshAsync(Authority(), Configured(session));

        Assert.Equal(session.Cookie, state["cookie"]!.Value.Reveal());
    }

    [Fact]
    public async Task A_page_that_refuses_with_another_status_is_an_invalid_response()
    {
        var session = Slack.Book.SignIn();
        Slack.Answer(SlackServer.Page, new HttpReply(404, "", "text/html"));
        Slack.Answer(SlackServer.Page, new HttpReply(418, "", "text/html"));

        Assert.Contains("workspace", (await FailAsync(RefreshAsync(Authority(), Configured(session)))).Message);
        Assert.Equal("INVALID_RESPONSE", (await FailAsync(RefreshAsync(Authority(), Configured(session)))).Code);
    }
}
