namespace Rekey.Tests.Slack;

public sealed class DueTests : SlackTest
{
    private DateTimeOffset Now => Time.GetUtcNow();

    [Fact]
    public async Task A_refreshed_session_is_due_after_its_interval()
    {
        var authority = Authority();
        var state = await RefreshAsync(authority, Configured(Slack.Book.SignIn()));

        Assert.Equal(Now.AddDays(7), authority.DueAt(state));
    }

    [Fact]
    public void A_session_of_unknown_age_is_due_at_once()
    {
        var authority = Authority();

        Assert.Equal(DateTimeOffset.MinValue, authority.DueAt(authority.Begin(Configured(Slack.Book.SignIn()))));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    [InlineData(60 * 24 * 365, true)]
    public void A_session_that_a_wrong_clock_dated_into_the_future_is_due_at_once(int minutes, bool isDueAtOnce)
    {
        var authority = Authority();
        var state = authority.Begin(Configured(Slack.Book.SignIn())) with { RefreshedAt = Now.AddMinutes(minutes) };

        Assert.Equal(isDueAtOnce, authority.DueAt(state) == DateTimeOffset.MinValue);
    }

    [Fact]
    public void A_date_at_the_end_of_time_is_no_trouble()
    {
        var authority = Authority();
        var state = authority.Begin(Configured(Slack.Book.SignIn())) with { RefreshedAt = DateTimeOffset.MaxValue };

        Assert.Equal(DateTimeOffset.MinValue, authority.DueAt(state));
    }

    [Fact]
    public void Nothing_is_due_without_a_schedule()
    {
        var authority = Authority(isScheduled: false);

        Assert.Null(authority.DueAt(authority.Begin(Configured(Slack.Book.SignIn()))));
    }

    [Fact]
    public void What_cannot_be_refreshed_is_never_due()
    {
        var authority = Authority(workspace: null);

        Assert.Null(authority.DueAt(authority.Begin(Document(("token", Slack.Book.InstallBot())))));
        Assert.Null(authority.DueAt(authority.Begin(Configured(Slack.Book.SignIn()))));
    }

    [Fact]
    public async Task A_rotated_token_is_due_at_its_own_end_and_at_once_while_nobody_knows_it()
    {
        var app = Slack.Book.InstallRotated();
        var authority = Authority(clientId: app.ClientId);
        var configured = Configured(app);

        Assert.Equal(DateTimeOffset.MinValue, authority.DueAt(authority.Begin(configured)));
        Assert.Null(authority.DueAt(await RefreshAsync(authority, configured)));
    }
}
