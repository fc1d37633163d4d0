using Rekey.Slack;
using Rekey.Testing;
using Rekey.Testing.Slack;

namespace Rekey.Tests.Slack;

public sealed class VerificationTests : SlackTest
{
    private SlackCredential Session()
    {
        var session = Slack.Book.SignIn();
        return new SlackCredential(new Secret(session.Token), new Secret(session.Cookie), "acme");
    }

    private SlackCredential Bot() => new(new Secret(Slack.Book.InstallBot()));

    [Fact]
    public async Task Sessions_bots_and_users_are_accepted()
    {
        var authority = Authority();

        foreach (var credential in new[] { Session(), Bot(), new SlackCredential(new Secret(Slack.Book.InstallUser())) })
            Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(authority, credential)).Outcome);
    }

    [Fact]
    public async Task A_session_presents_its_token_its_cookie_and_a_browser()
    {
        var credential = Session();

        await VerifyAsync(Authority(), credential);

        var call = Slack.Last[SlackServer.AuthTest];
        Assert.True(call.Header("Authorization") == $"Bearer {credential.Token.Reveal()}");
        Assert.True(call.Header("Cookie") == $"d={credential.Cookie!.Value.Reveal()}");
        Assert.Contains("Chrome/", call.Header("User-Agent"));
        Assert.Equal("POST", call.Method);
        Assert.True(call.Target == SlackServer.AuthTest);
    }

    [Fact]
    public async Task A_revoked_session_is_refused()
    {
        var session = Slack.Book.SignIn();
        Slack.Book.Revoke(session);

        var answer = await VerifyAsync(Authority(), new SlackCredential(new Secret(session.Token), new Secret(session.Cookie)));

        Assert.Equal(VerificationOutcome.Refused, answer.Outcome);
        Assert.Equal("SESSION_REVOKED", answer.Error?.Code);
        Assert.Equal("Slack session has been revoked. Please re-authenticate and update credentials.", answer.Error?.Message);
    }

    [Fact]
    public async Task A_revoked_bot_is_refused_in_words_of_its_own()
    {
        var token = Slack.Book.InstallBot();
        Slack.Book.Revoke(token);

        var answer = await VerifyAsync(Authority(), new SlackCredential(new Secret(token)));

        Assert.Equal((VerificationOutcome.Refused, "SESSION_REVOKED"), (answer.Outcome, answer.Error?.Code));
        Assert.Equal("Slack no longer accepts the bot token (token_revoked).", answer.Error?.Message);
        Assert.Contains("SLACK_BOT_TOKEN", answer.Error?.NextStep);
    }

    [Theory]
    [InlineData("invalid_auth")]
    [InlineData("not_authed")]
    [InlineData("account_inactive")]
    [InlineData("token_revoked")]
    [InlineData("token_expired")]
    [InlineData("user_removed_from_team")]
    [InlineData("team_access_not_granted")]
    [InlineData("team_disabled")]
    [InlineData("two_factor_setup_required")]
    public async Task A_code_that_proves_a_refusal_refuses(string code)
    {
        Slack.Answer(SlackServer.AuthTest, SlackReplies.Error(code));

        var answer = await VerifyAsync(Authority(), Session());

        Assert.Equal((VerificationOutcome.Refused, "SESSION_REVOKED"), (answer.Outcome, answer.Error?.Code));
    }

    [Theory]
    [InlineData("internal_error", "NETWORK_ERROR")]
    [InlineData("fatal_error", "NETWORK_ERROR")]
    [InlineData("service_unavailable", "NETWORK_ERROR")]
    [InlineData("request_timeout", "NETWORK_ERROR")]
    [InlineData("team_added_to_org", "NETWORK_ERROR")]
    [InlineData("org_login_required", "NETWORK_ERROR")]
    [InlineData("ratelimited", "RATE_LIMITED")]
    [InlineData("accesslimited", "INVALID_RESPONSE")]
    [InlineData("missing_scope", "INVALID_RESPONSE")]
    [InlineData("Invalid_Auth", "INVALID_RESPONSE")]
    [InlineData("something_new", "INVALID_RESPONSE")]
    public async Task A_code_that_proves_nothing_proves_nothing(string code, string told)
    {
        Slack.Answer(SlackServer.AuthTest, SlackReplies.Error(code));

        var answer = await VerifyAsync(Authority(), Session());

        Assert.Equal((VerificationOutcome.Indeterminate, told), (answer.Outcome, answer.Error?.Code));
    }

    [Theory]
    [InlineData(SlackTrouble.ServerError, "NETWORK_ERROR")]
    [InlineData(SlackTrouble.Truncated, "NETWORK_ERROR")]
    [InlineData(SlackTrouble.Reset, "NETWORK_ERROR")]
    [InlineData(SlackTrouble.Forbidden, "INVALID_RESPONSE")]
    [InlineData(SlackTrouble.SignInPage, "INVALID_RESPONSE")]
    [InlineData(SlackTrouble.SignInRedirect, "INVALID_RESPONSE")]
    [InlineData(SlackTrouble.TenMegabytes, "INVALID_RESPONSE")]
    public async Task Trouble_on_the_way_proves_nothing(SlackTrouble trouble, string told)
    {
        Slack.Fail(SlackServer.AuthTest, trouble);

        var answer = await VerifyAsync(Authority(), Session());

        Assert.Equal((VerificationOutcome.Indeterminate, told), (answer.Outcome, answer.Error?.Code));
    }

    [Theory]
    [InlineData("""{"ok":"true"}""")]
    [InlineData("""{"error":7}""")]
    [InlineData("""true""")]
    [InlineData("""{"ok":true""")]
    [InlineData("")]
    public async Task What_is_no_answer_proves_nothing(string body)
    {
        Slack.Answer(SlackServer.AuthTest, SlackPages.Html(body));

        var answer = await VerifyAsync(Authority(), Session());

        Assert.Equal((VerificationOutcome.Indeterminate, "INVALID_RESPONSE"), (answer.Outcome, answer.Error?.Code));
    }

    [Fact]
    public async Task A_hanging_answer_proves_nothing()
    {
        Slack.Fail(SlackServer.AuthTest, SlackTrouble.Hang);

        var work = VerifyAsync(Authority(), Session());
        await Until.True(() => Slack.Calls(SlackServer.AuthTest) == 1);
        Time.Advance(TimeSpan.FromSeconds(15.1));

        Assert.Equal("NETWORK_ERROR", (await work).Error?.Code);
    }

    [Theory]
    [InlineData(SlackTrouble.RateLimited)]
    [InlineData(SlackTrouble.RateLimitedUntil)]
    public async Task Slack_is_left_alone_until_the_time_that_it_asked_for_is_over(SlackTrouble trouble)
    {
        var (authority, credential) = (Authority(), Session());
        Slack.Fail(SlackServer.AuthTest, trouble);

        var limited = await VerifyAsync(authority, credential);
        Time.Advance(TimeSpan.FromSeconds(20));
        var stillLimited = await VerifyAsync(authority, Bot());
        var calls = Slack.Calls(SlackServer.AuthTest);
        Time.Advance(TimeSpan.FromSeconds(10));
        var accepted = await VerifyAsync(authority, credential);

        Assert.Equal((VerificationOutcome.Indeterminate, "RATE_LIMITED", TimeSpan.FromSeconds(30)), (limited.Outcome, limited.Error!.Code, limited.Error.RetryAfter));
        Assert.Equal((VerificationOutcome.Indeterminate, "RATE_LIMITED", TimeSpan.FromSeconds(10)), (stillLimited.Outcome, stillLimited.Error!.Code, stillLimited.Error.RetryAfter));
        Assert.Equal(1, calls);
        Assert.Equal(VerificationOutcome.Accepted, accepted.Outcome);
    }

    [Fact]
    public async Task A_time_to_wait_that_is_absurd_ends_within_the_hour_and_none_at_all_stops_nobody()
    {
        var (authority, credential) = (Authority(), Session());
        Slack.Answer(SlackServer.AuthTest, SlackReplies.RateLimited("2147483647"));
        Slack.Answer(SlackServer.AuthTest, SlackReplies.RateLimited(null));

        Assert.Equal("RATE_LIMITED", (await VerifyAsync(authority, credential)).Error?.Code);
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("RATE_LIMITED", (await VerifyAsync(authority, credential)).Error?.Code);
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(authority, credential)).Outcome);
    }
}
