using Rekey.OAuth;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.OAuth;

namespace Rekey.Tests.OAuth;

public sealed class FaultTests : OAuthTest
{
    [Theory]
    [InlineData("invalid_client", "clientAuth")]
    [InlineData("incorrect_client_credentials", "client_secret")]
    [InlineData("unauthorized_client", "grant")]
    [InlineData("invalid_scope", "scopes")]
    [InlineData("invalid_target", "resource")]
    [InlineData("unsupported_grant_type", "tokenEndpoint")]
    [InlineData("invalid_request", "clientAuth")]
    [InlineData("access_denied", "client_secret")]
    [InlineData("a_code_of_its_own", "tokenEndpoint")]
    public async Task A_refusal_names_the_setting_to_correct(string code, string setting)
    {
        var state = Consented();
        Server.Answer(OAuthServer.TokenPath, OAuthReplies.Error(code, said: $"No {state["refresh_token"]!.Value.Reveal()} here."));

        var error = await FailureAsync(state);

        Assert.Equal(("INVALID_RESPONSE", false), (error.Code, error.Retryable));
        Assert.Contains(setting, error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("a_code_of_its_own", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("invalid_grant", 400)]
    [InlineData("invalid_grant", 401)]
    [InlineData("bad_refresh_token", 200)]
    [InlineData("interaction_required", 400)]
    [InlineData("consent_required", 400)]
    public async Task A_session_that_only_a_human_can_begin_again_says_so(string code, int status)
    {
        Server.Answer(OAuthServer.TokenPath, OAuthReplies.Error(code, status));

        var error = await FailureAsync();

        Assert.Equal(("SESSION_REVOKED", false, FailureKind.NeedsUser), (error.Code, error.Retryable, error.Kind));
    }

    [Theory]
    [InlineData(200, "{\"error\": \"\", \"access_token\": \"granted-access-token\"}")]
    [InlineData(200, "{\"error\": {\"message\": \"no\"}, \"access_token\": \"granted-access-token\"}")]
    [InlineData(200, "{\"error\": \"nobody_knows\", \"access_token\": \"granted-access-token\"}")]
    [InlineData(400, "")]
    [InlineData(400, "{}")]
    [InlineData(403, "<html>A firewall</html>")]
    [InlineData(401, "[1]")]
    [InlineData(404, "<html>Nothing here</html>")]
    [InlineData(405, "")]
    [InlineData(302, "")]
    [InlineData(307, "{\"access_token\": \"granted-access-token\"}")]
    [InlineData(418, "{\"access_token\": \"granted-access-token\"}")]
    public async Task A_refusal_without_a_code_is_known_by_its_status_and_brings_no_token(int status, string body)
    {
        Plant("granted-access-token");
        Server.Answer(OAuthServer.TokenPath, new HttpReply(status, body) { Headers = new Dictionary<string, string> { ["Location"] = Server.TokenEndpoint.AbsoluteUri } });

        var error = await FailureAsync();

        Assert.Equal(("INVALID_RESPONSE", 1), (error.Code, Calls));
        Assert.Contains($"HTTP {status}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(502, "<html>A gateway</html>")]
    [InlineData(503, "{\"error\": \"server_error\"}")]
    [InlineData(500, "{\"error\": \"invalid_grant\"}")]
    [InlineData(504, "{\"access_token\": \"granted-access-token\"}")]
    [InlineData(400, "{\"error\": \"server_error\"}")]
    [InlineData(408, "")]
    public async Task A_server_that_fails_is_asked_again_whatever_it_says(int status, string body)
    {
        var authority = new OAuthAuthority(Options);
        var state = Consented();
        Server.Answer(OAuthServer.TokenPath, new HttpReply(status, body));

        var error = await FailureAsync(authority, state);

        Assert.Equal(("NETWORK_ERROR", true, FailureKind.Unavailable), (error.Code, error.Retryable, error.Kind));
        Assert.NotNull(await RefreshAsync(authority, state));
    }

    [Theory]
    [InlineData(429, "")]
    [InlineData(429, "{\"error\": \"invalid_grant\"}")]
    [InlineData(400, "{\"error\": \"slow_down\"}")]
    [InlineData(400, "{\"error\": \"temporarily_unavailable\"}")]
    [InlineData(503, "{\"error\": \"temporarily_unavailable\"}")]
    [InlineData(403, "{\"error\": \"rate_limit_exceeded\"}")]
    public async Task A_server_that_asks_for_patience_gets_it(int status, string body)
    {
        Server.Answer(OAuthServer.TokenPath, OAuthReplies.Busy(90, status) with { Body = body });
        var named = await FailureAsync();
        Server.Answer(OAuthServer.TokenPath, new HttpReply(status, body));
        var unnamed = await FailureAsync();

        Assert.Equal(("RATE_LIMITED", true, TimeSpan.FromSeconds(90)), (named.Code, named.Retryable, named.RetryAfter));
        Assert.Equal(("RATE_LIMITED", true, null), (unnamed.Code, unnamed.Retryable, unnamed.RetryAfter));
    }

    [Fact]
    public async Task A_failing_server_that_says_when_it_is_back_is_believed()
    {
        Server.Answer(OAuthServer.TokenPath, OAuthReplies.Busy(30, status: 503));

        var error = await FailureAsync();

        Assert.Equal(("NETWORK_ERROR", TimeSpan.FromSeconds(30)), (error.Code, error.RetryAfter));
    }

    [Theory]
    [InlineData(WireFault.Reset)]
    [InlineData(WireFault.LostReply)]
    [InlineData(WireFault.Truncated)]
    [InlineData(WireFault.Garbage)]
    public async Task What_breaks_on_the_way_is_asked_for_again_because_it_may_have_been_granted(WireFault fault)
    {
        Server.Break(OAuthServer.TokenPath, fault);

        var error = await FailureAsync();

        Assert.Equal(("NETWORK_ERROR", true, 1), (error.Code, error.Retryable, Calls));
    }

    [Theory]
    [InlineData(WireFault.Reset)]
    [InlineData(WireFault.LostReply)]
    public async Task A_connection_that_served_before_and_breaks_carries_no_refresh_token_twice(WireFault fault)
    {
        var authority = new OAuthAuthority(Options);
        var state = await RefreshAsync(authority, Consented());
        Server.Break(OAuthServer.TokenPath, fault);

        Assert.Equal("NETWORK_ERROR", (await FailureAsync(authority, state)).Code);
        Assert.Equal(2, Calls);
    }

    [Fact]
    public async Task An_answer_without_an_end_is_cut_off()
    {
        Server.Break(OAuthServer.TokenPath, WireFault.Huge);

        Assert.Equal("INVALID_RESPONSE", (await FailureAsync()).Code);
    }

    [Theory]
    [InlineData(WireFault.Hang)]
    [InlineData(WireFault.Drip)]
    public async Task What_does_not_end_in_fifteen_seconds_is_ended(WireFault fault)
    {
        var state = Consented();
        Server.Break(OAuthServer.TokenPath, fault);
        var refresh = new OAuthAuthority(Options).RefreshAsync(state, Configured(), CancellationToken.None);
        await Until.True(() => Calls == 1);

        Time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(refresh.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("NETWORK_ERROR", (await FailureAsync(refresh)).Code);
    }

    [Fact]
    public async Task A_server_that_is_not_there_was_never_asked()
    {
        var error = await FailureAsync(new OAuthAuthority(Options with { TokenEndpoint = new Uri("http://127.0.0.1:9/token") }), Consented());

        Assert.Equal(("NETWORK_ERROR", true), (error.Code, error.Retryable));
        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_goes_ends_the_call()
    {
        using var gone = new CancellationTokenSource();
        Server.Break(OAuthServer.TokenPath, WireFault.Hang);
        var refresh = new OAuthAuthority(Options).RefreshAsync(Consented(), Configured(), gone.Token);
        await Until.True(() => Calls == 1);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refresh);
    }
}
