using System.Text.Json.Nodes;
using Rekey.Testing;
using Rekey.Testing.Slack;

namespace Rekey.Tests.Slack;

public sealed class TokenRotationTests : SlackTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refresh_token_is_exchanged_for_a_token_and_the_next_refresh_token(bool isForUser)
    {
        var app = Slack.Book.InstallRotated(isForUser);
        var authority = Authority(workspace: null, clientId: app.ClientId);
        var (token, refreshToken) = (app.Token, app.RefreshToken);

        var state = await RefreshAsync(authority, Configured(app));

        Assert.NotEqual(token, app.Token);
        Assert.NotEqual(refreshToken, app.RefreshToken);
        Assert.Equal((app.Token, app.RefreshToken), (state["token"]!.Value.Reveal(), state["refresh_token"]!.Value.Reveal()));
        Assert.Equal((Time.GetUtcNow().AddHours(12), Time.GetUtcNow()), (state.ExpiresAt, state.RefreshedAt));
        Assert.Equal(["refresh_token", "token"], state.Fields.Keys.Order());
        Assert.All([app.Token, app.RefreshToken, app.ClientSecret], value => Assert.True(Secrets.Knows(value)));
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(authority, authority.Present(state)!)).Outcome);
        Assert.Null(Slack.Last[SlackServer.AuthTest].Header("Cookie"));
    }

    [Fact]
    public async Task One_refresh_after_the_other_uses_each_refresh_token_once()
    {
        var app = Slack.Book.InstallRotated();
        var authority = Authority(clientId: app.ClientId);
        var configured = Configured(app);
        var state = authority.Begin(configured);

        for (var i = 0; i < 3; i++)
            state = await authority.RefreshAsync(state, configured, TestContext.Current.CancellationToken);

        Assert.Equal((3, 0), (app.Refreshes, app.Replays));
        Assert.True(authority.SpendsWhatItRefreshes);
        Assert.False(Authority().SpendsWhatItRefreshes);
    }

    [Fact]
    public async Task A_refresh_token_alone_begins_a_session_that_has_nothing_to_present_yet()
    {
        var app = Slack.Book.InstallRotated();
        var authority = Authority(clientId: app.ClientId);
        var configured = Document(("refresh_token", app.RefreshToken), ("client_secret", app.ClientSecret));
        var begun = authority.Begin(configured);

        Assert.Null(authority.Present(begun));
        Assert.Null(authority.WhyNotRefreshable(begun));
        Assert.NotNull(authority.Present(await authority.RefreshAsync(begun, configured, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_refresh_token_that_was_used_before_is_revoked()
    {
        var app = Slack.Book.InstallRotated();
        var authority = Authority(clientId: app.ClientId);
        var configured = Configured(app);
        await RefreshAsync(authority, configured);

        var error = await FailAsync(RefreshAsync(authority, configured));

        Assert.Equal(("SESSION_REVOKED", FailureKind.NeedsUser), (error.Code, error.Kind));
        Assert.Contains("invalid_refresh_token", error.Message);
    }

    [Theory]
    [InlineData("invalid_refresh_token", "SESSION_REVOKED", false)]
    [InlineData("token_expired", "SESSION_REVOKED", false)]
    [InlineData("token_revoked", "SESSION_REVOKED", false)]
    [InlineData("invalid_auth", "SESSION_REVOKED", false)]
    [InlineData("account_inactive", "SESSION_REVOKED", false)]
    [InlineData("invalid_grant", "SESSION_REVOKED", false)]
    [InlineData("ratelimited", "RATE_LIMITED", true)]
    [InlineData("internal_error", "NETWORK_ERROR", true)]
    [InlineData("service_unavailable", "NETWORK_ERROR", true)]
    [InlineData("invalid_client_id", "INVALID_RESPONSE", false)]
    [InlineData("bad_client_secret", "INVALID_RESPONSE", false)]
    [InlineData("token_rotation_not_enabled", "INVALID_RESPONSE", false)]
    [InlineData("invalid_arguments", "INVALID_RESPONSE", false)]
    [InlineData("INVALID_REFRESH_TOKEN", "INVALID_RESPONSE", false)]
    [InlineData("no_such_code", "INVALID_RESPONSE", false)]
    public async Task A_no_is_told_by_its_exact_code(string code, string told, bool isRetryable)
    {
        var app = Slack.Book.InstallRotated();
        Slack.Answer(SlackServer.TokenAccess, SlackReplies.Error(code));

        var error = await FailAsync(RefreshAsync(Authority(clientId: app.ClientId), Configured(app)));

        Assert.Equal((told, isRetryable), (error.Code, error.Retryable));
    }

    [Fact]
    public async Task A_no_with_another_status_is_the_same_no()
    {
        var app = Slack.Book.InstallRotated();
        Slack.Answer(SlackServer.TokenAccess, SlackReplies.Error("invalid_grant", status: 400));

        Assert.Equal("SESSION_REVOKED", (await FailAsync(RefreshAsync(Authority(clientId: app.ClientId), Configured(app)))).Code);
    }

    [Fact]
    public async Task A_code_that_is_not_Slacks_is_never_repeated()
    {
        var app = Slack.Book.InstallRotated();
        Slack.Answer(SlackServer.TokenAccess, SlackReplies.Error($"your token {app.RefreshToken} is bad"));

        var error = await FailAsync(RefreshAsync(Authority(clientId: app.ClientId), Configured(app)));

        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.DoesNotContain("is bad", error.Message);
    }

    [Theory]
    [InlineData("wrong.client", null, "clientId")]
    [InlineData(null, "a-wrong-client-secret", "client_secret")]
    public async Task A_refused_app_names_the_setting_and_spends_nothing(string? clientId, string? clientSecret, string setting)
    {
        var app = Slack.Book.InstallRotated();
        var authority = Authority(clientId: clientId ?? app.ClientId);
        var configured = Document(("refresh_token", app.RefreshToken), ("client_secret", Plant(clientSecret ?? app.ClientSecret).Reveal()));

        var error = await FailAsync(RefreshAsync(authority, configured));

        Assert.Equal(("INVALID_RESPONSE", false), (error.Code, error.Retryable));
        Assert.Contains(setting, error.Message);
        Assert.Contains(setting, error.NextStep);
        Assert.Equal((0, false), (app.Refreshes, app.IsRevoked));
    }

    [Theory]
    [InlineData(SlackTrouble.LostReply)]
    [InlineData(SlackTrouble.Truncated)]
    public async Task An_answer_that_is_lost_has_spent_the_refresh_token(SlackTrouble trouble)
    {
        var app = Slack.Book.InstallRotated();
        var authority = Authority(clientId: app.ClientId);
        var configured = Configured(app);
        Slack.Fail(SlackServer.TokenAccess, trouble);

        Assert.Equal("NETWORK_ERROR", (await FailAsync(RefreshAsync(authority, configured))).Code);
        Assert.Equal((1, 0), (app.Refreshes, app.Replays));
        Assert.Equal("SESSION_REVOKED", (await FailAsync(RefreshAsync(authority, configured))).Code);
    }

    [Theory]
    [InlineData(SlackTrouble.ServerError, "NETWORK_ERROR")]
    [InlineData(SlackTrouble.RateLimited, "RATE_LIMITED")]
    [InlineData(SlackTrouble.RateLimitedUntil, "RATE_LIMITED")]
    [InlineData(SlackTrouble.TenMegabytes, "INVALID_RESPONSE")]
    [InlineData(SlackTrouble.RedirectLoop, "INVALID_RESPONSE")]
    [InlineData(SlackTrouble.SignInPage, "INVALID_RESPONSE")]
    [InlineData(SlackTrouble.Forbidden, "INVALID_RESPONSE")]
    public async Task Trouble_on_the_way_is_told_for_what_it_is(SlackTrouble trouble, string code)
    {
        var app = Slack.Book.InstallRotated();
        Slack.Fail(SlackServer.TokenAccess, trouble);

        Assert.Equal(code, (await FailAsync(RefreshAsync(Authority(clientId: app.ClientId), Configured(app)))).Code);
        Assert.Equal(1, Slack.Calls(SlackServer.TokenAccess));
    }

    [Fact]
    public async Task A_hanging_exchange_is_given_up()
    {
        var app = Slack.Book.InstallRotated();
        Slack.Fail(SlackServer.TokenAccess, SlackTrouble.Hang);

        var work = FailAsync(RefreshAsync(Authority(clientId: app.ClientId), Configured(app)));
        await Until.True(() => Slack.Calls(SlackServer.TokenAccess) == 1);
        Time.Advance(TimeSpan.FromSeconds(15.1));

        Assert.Equal("NETWORK_ERROR", (await work).Code);
    }

    [Theory]
    [InlineData("""{"ok":true}""")]
    [InlineData("""{"ok":"true","access_token":"xoxb-1234567890"}""")]
    [InlineData("""{"ok":1,"access_token":"xoxb-1234567890"}""")]
    [InlineData("""{"ok":true,"access_token":7}""")]
    [InlineData("""{"ok":true,"access_token":"not a token"}""")]
    [InlineData("""{"ok":true,"access_token":"\ud800"}""")]
    [InlineData("""{"ok":true,"authed_user":[]}""")]
    [InlineData("""{"ok":false}""")]
    [InlineData("""{"ok":false,"error":{"code":"invalid_auth"}}""")]
    [InlineData("""[{"ok":true}]""")]
    [InlineData("""{"ok":true,""")]
    [InlineData("")]
    public async Task What_is_no_grant_is_an_invalid_response(string body)
    {
        var app = Slack.Book.InstallRotated();
        Slack.Answer(SlackServer.TokenAccess, SlackPages.Html(body));

        Assert.Equal("INVALID_RESPONSE", (await FailAsync(RefreshAsync(Authority(clientId: app.ClientId), Configured(app)))).Code);
    }

    [Theory]
    [InlineData("43200", 43200)]
    [InlineData("\"43200\"", 43200)]
    [InlineData("0", null)]
    [InlineData("-5", null)]
    [InlineData("1e300", null)]
    [InlineData("\"soon\"", null)]
    [InlineData("null", null)]
    public async Task A_life_that_makes_no_sense_costs_neither_token(string life, int? seconds)
    {
        var app = Slack.Book.InstallRotated();
        var reply = new JsonObject { ["ok"] = true, ["access_token"] = "xoxe.xoxb-1-1234567890", ["refresh_token"] = "xoxe-1-0987654321", ["expires_in"] = JsonNode.Parse(life) };
        Slack.Answer(SlackServer.TokenAccess, SlackReplies.Json(reply));

        var state = await RefreshAsync(Authority(clientId: app.ClientId), Configured(app));

        Assert.Equal("xoxe-1-0987654321", state["refresh_token"]!.Value.Reveal());
        Assert.Equal(seconds is { } s ? Time.GetUtcNow().AddSeconds(s) : null, state.ExpiresAt);
    }

    [Fact]
    public async Task A_refresh_token_that_is_not_issued_anew_is_carried_over()
    {
        var app = Slack.Book.InstallRotated();
        Slack.Answer(SlackServer.TokenAccess, SlackReplies.Json(new JsonObject { ["ok"] = true, ["access_token"] = "xoxe.xoxb-1-1234567890", ["expires_in"] = 43200 }));

        var state = await RefreshAsync(Authority(clientId: app.ClientId), Configured(app));

        Assert.Equal(app.RefreshToken, state["refresh_token"]!.Value.Reveal());
    }

    [Fact]
    public async Task The_end_is_counted_from_when_the_token_was_asked_for()
    {
        var app = Slack.Book.InstallRotated();
        var begin = Time.GetUtcNow();
        Slack.Script(SlackServer.TokenAccess, (call, _) =>
        {
            Time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(Slack.Do(call));
        });

        var state = await RefreshAsync(Authority(clientId: app.ClientId), Configured(app));

        Assert.Equal(begin.AddHours(12), state.ExpiresAt);
    }

    [Fact]
    public async Task The_exchange_sends_a_form_to_the_API_and_nothing_else()
    {
        var app = Slack.Book.InstallRotated();
        var refreshToken = app.RefreshToken;

        await RefreshAsync(Authority(clientId: app.ClientId), Configured(app));

        var call = Slack.Last[SlackServer.TokenAccess];
        Assert.Equal("application/x-www-form-urlencoded", call.Header("Content-Type"));
        Assert.Equal(["client_id", "client_secret", "grant_type", "refresh_token"], call.Form.Keys.Order());
        Assert.True(call.Form["refresh_token"] == refreshToken);
        Assert.Null(call.Header("Cookie"));
        Assert.Null(call.Header("Authorization"));
    }
}
