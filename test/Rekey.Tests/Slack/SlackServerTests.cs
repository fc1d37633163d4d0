using Rekey.Slack;

namespace Rekey.Tests.Slack;

/// <summary>What the tests of others rely on.</summary>
public sealed class SlackServerTests : SlackTest
{
    [Fact]
    public async Task A_refresh_ends_the_token_before_it_and_no_cookie_before_it()
    {
        var session = Slack.Book.SignIn();
        var first = new SlackCredential(new Secret(session.Token), new Secret(session.Cookie));
        var authority = Authority();

        await RefreshAsync(authority, Configured(session));

        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(authority, first)).Outcome);
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(authority, first with { Token = new Secret(session.Token) })).Outcome);
        Slack.Book.KeepsOldTokens = true;
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(authority, first)).Outcome);
        Slack.Book.KeepsOldCookies = false;
        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(authority, first)).Outcome);
    }

    [Fact]
    public async Task A_token_without_its_own_cookie_is_refused()
    {
        var (one, other) = (Slack.Book.SignIn(), Slack.Book.SignIn());
        var authority = Authority();

        foreach (var cookie in new[] { (Secret?)null, new Secret(other.Cookie), new Secret(one.RawCookie) })
            Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(authority, new SlackCredential(new Secret(one.Token), cookie))).Outcome);
    }

    [Fact]
    public async Task The_cookie_is_issued_at_each_third_opening_when_told_so()
    {
        Slack.Book.ReissuesCookieEvery = 3;
        var session = Slack.Book.SignIn();
        var authority = Authority();
        var cookies = new List<string> { session.Cookie };
        for (var i = 0; i < 6; i++)
            cookies.Add((await RefreshAsync(authority, Configured(session)))["cookie"]!.Value.Reveal());

        Assert.Equal([0, 0, 0, 3, 3, 3, 6], cookies.Select(cookie => cookies.IndexOf(cookie)));
    }

    [Fact]
    public async Task A_rotated_token_expires_and_a_spent_refresh_token_ends_the_installation()
    {
        var app = Slack.Book.InstallRotated();
        var authority = Authority(clientId: app.ClientId);
        var configured = Configured(app);
        var state = await RefreshAsync(authority, configured);
        var credential = authority.Present(state)!;

        Time.Advance(TimeSpan.FromHours(12));
        Assert.Contains("token_expired", (await VerifyAsync(authority, credential)).Error?.Message);
        await FailAsync(RefreshAsync(authority, configured));

        Assert.Equal((1, true), (app.Replays, app.IsRevoked));
        Assert.Contains("token_revoked", (await VerifyAsync(authority, credential)).Error?.Message);
        await FailAsync(authority.RefreshAsync(state, configured, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_secret_that_it_makes_has_its_form_and_is_another_one()
    {
        var (session, app, user) = (Slack.Book.SignIn(), Slack.Book.InstallRotated(), Slack.Book.InstallRotated(isForUser: true));

        Assert.StartsWith("xoxc-", session.Token);
        Assert.StartsWith("xoxd-", session.Cookie);
        Assert.NotEqual(session.RawCookie, session.Cookie);
        Assert.StartsWith("xoxb-", Slack.Book.InstallBot());
        Assert.StartsWith("xoxp-", Slack.Book.InstallUser());
        Assert.StartsWith("xoxe.xoxb-1-", app.Token);
        Assert.StartsWith("xoxe.xoxp-1-", user.Token);
        Assert.StartsWith("xoxe-1-", app.RefreshToken);
        Assert.NotEqual(session.Token, Slack.Book.SignIn().Token);
    }
}
