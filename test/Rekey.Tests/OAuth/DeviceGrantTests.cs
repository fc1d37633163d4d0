using System.Text.Json.Nodes;
using Rekey.OAuth;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.OAuth;

namespace Rekey.Tests.OAuth;

public sealed class DeviceGrantTests : OAuthTest
{
    private readonly List<SignInPrompt> _shown = [];
    private readonly PauseClock _clock;

    public DeviceGrantTests() => _clock = new PauseClock(Time);

    private OAuthOptions Device => Options with { Grant = OAuthGrant.DeviceCode, DeviceEndpoint = Server.DeviceEndpoint, Time = _clock };

    [Theory]
    [InlineData("none")]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    public async Task A_human_who_enters_the_code_begins_a_session(string way)
    {
        Client = Server.AddClient(way);
        var authority = new OAuthAuthority((Device with { Scopes = ["read", "offline_access"] }) with
        {
            Authentication = way is "client_secret_post" ? OAuthClientAuthentication.Post : OAuthClientAuthentication.Auto,
        });
        Assert.True(authority.CanSignIn);
        Assert.Null(authority.Begin(Configured()));
        var began = Time.GetUtcNow();

        var signIn = await ShownAsync(authority);
        Server.Human.Open(_shown[0].Url);
        var state = await Passing(signIn);

        Assert.Equal(("FAKE-0001", began + TimeSpan.FromMinutes(10)), (_shown[0].UserCode, _shown[0].ExpiresAt));
        Assert.Equal("read offline_access", Server.Last[OAuthServer.DevicePath].Form["scope"]);
        Assert.Equal(Client.Id, Server.Last[OAuthServer.DevicePath].Form["client_id"]);
        Assert.True(Server.Book.Accepts(authority.Present(state)!.AccessToken.Reveal()));
        Assert.NotNull(state.RefreshedAt);
        Assert.NotNull(await RefreshAsync(authority, state));
        Assert.All(state.Fields.Values.Select(static v => v.Reveal()).Append(Asked.Form.GetValueOrDefault("device_code", Client.Id)), secret => Assert.True(secret == Client.Id || Knows(secret)));
    }

    [Fact]
    public async Task A_configured_refresh_token_needs_no_human()
    {
        var authority = new OAuthAuthority(Device);

        var state = authority.Begin(Configured(Server.Book.Consented(Client.Id).RefreshToken))!;

        Assert.NotNull(await RefreshAsync(authority, state));
    }

    [Fact]
    public async Task The_device_code_is_known_before_the_human_sees_anything()
    {
        var code = "";
        var isKnown = false;
        Server.Change(OAuthServer.DevicePath, body => code = (string)body["device_code"]!);
        var signIn = new OAuthAuthority(Device).SignInAsync(new SignInRequest(_ => isKnown = Knows(code)), Configured(), CancellationToken.None);
        await Until.True(() => isKnown || signIn.IsCompleted);

        Assert.True(isKnown);
        Server.Human.Enter("FAKE-0001");
        await Passing(signIn);
    }

    [Fact]
    public async Task The_server_is_asked_at_its_interval_and_five_seconds_later_each_time_it_asks_for_that()
    {
        Server.Book.Interval = 2;
        Answer("authorization_pending", "slow_down", "authorization_pending", "slow_down");

        var signIn = await ShownAsync(new OAuthAuthority(Device));
        Server.Human.Enter("FAKE-0001");
        await Passing(signIn);

        Assert.Equal([2, 2, 7, 7, 12], _clock.Passed);
        Assert.Equal(5, Calls);
    }

    [Fact]
    public async Task Without_an_interval_it_is_five_seconds()
    {
        Server.Book.Interval = null;
        Answer("authorization_pending");

        var signIn = await ShownAsync(new OAuthAuthority(Device));
        Server.Human.Enter("FAKE-0001");
        await Passing(signIn);

        Assert.Equal([5, 5], _clock.Passed);
    }

    [Fact]
    public async Task Trouble_on_the_way_is_waited_out_at_a_growing_distance()
    {
        Server.Book.Interval = 1;
        var replies = new[] { new HttpReply(500), new HttpReply(200, "{\"acc"), OAuthReplies.Busy(9), OAuthReplies.Error("authorization_pending", 428), new HttpReply(200) { Fault = WireFault.Reset } };
        foreach (var reply in replies)
            Answer(reply);

        var signIn = await ShownAsync(new OAuthAuthority(Device));
        Server.Human.Enter("FAKE-0001");
        await Passing(signIn);

        Assert.Equal([1, 2, 4, 9, 9, 18], _clock.Passed);
        Assert.Equal(6, Calls);
    }

    [Fact]
    public async Task A_discovery_that_is_away_for_a_moment_does_not_end_a_sign_in()
    {
        Client = Server.AddClient("none");
        var authority = new OAuthAuthority(Device with { TokenEndpoint = null, DeviceEndpoint = null, Issuer = new Uri(Server.Issuer) });
        Server.Document = static document => document["token_endpoint"] = "http://127.0.0.1:9/token";
        var signIn = await ShownAsync(authority);
        Server.Document = null;
        Server.Answer(Server.OpenIdPath, new HttpReply(503)).Answer(Server.OpenIdPath, OAuthReplies.Busy(3));
        Server.Human.Enter("FAKE-0001");

        Assert.NotNull(authority.Present(await Passing(signIn)));
        Assert.Equal(4, Server.Calls(Server.OpenIdPath));
    }

    [Theory]
    [InlineData("access_denied", "OAUTH_SIGN_IN_DENIED")]
    [InlineData("authorization_declined", "OAUTH_SIGN_IN_DENIED")]
    [InlineData("expired_token", "OAUTH_SIGN_IN_EXPIRED")]
    [InlineData("invalid_grant", "OAUTH_SIGN_IN_EXPIRED")]
    [InlineData("incorrect_device_code", "OAUTH_SIGN_IN_EXPIRED")]
    [InlineData("invalid_client", "INVALID_RESPONSE")]
    [InlineData("unauthorized_client", "INVALID_RESPONSE")]
    [InlineData("nobody_knows", "INVALID_RESPONSE")]
    public async Task A_sign_in_that_is_over_says_how(string error, string code)
    {
        Answer(error);
        var signIn = await ShownAsync(new OAuthAuthority(Device));

        Assert.Equal(code, (await FailureAsync(signIn)).Code);
        Assert.Equal(1, Calls);
    }

    [Fact]
    public async Task A_human_who_says_no_ends_it()
    {
        Server.Human.Denies = true;
        var signIn = await ShownAsync(new OAuthAuthority(Device));
        Server.Human.Open(_shown[0].Url);

        var error = await FailureAsync(signIn);

        Assert.Equal(("OAUTH_SIGN_IN_DENIED", FailureKind.NeedsUser), (error.Code, error.Kind));
    }

    [Fact]
    public async Task A_code_that_nobody_enters_ends_when_it_said()
    {
        Server.Book.DeviceLife = TimeSpan.FromSeconds(15);
        var signIn = await ShownAsync(new OAuthAuthority(Device));

        Assert.Equal("OAUTH_SIGN_IN_EXPIRED", (await FailureAsync(signIn)).Code);
        Assert.Equal([5, 5], _clock.Passed);
        Assert.Equal(2, Calls);
    }

    [Fact]
    public async Task Whoever_started_a_sign_in_can_end_it()
    {
        using var end = new CancellationTokenSource();
        var signIn = new OAuthAuthority(Device).SignInAsync(new SignInRequest(_shown.Add), Configured(), end.Token);
        await Until.True(() => _shown.Count == 1);

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signIn);
    }

    [Fact]
    public async Task A_grant_without_a_human_has_no_sign_in()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => new OAuthAuthority(Options).SignInAsync(new SignInRequest(_shown.Add), Configured(), CancellationToken.None));
    }

    [Fact]
    public async Task A_session_without_a_refresh_token_serves_to_its_end_and_then_asks_for_its_human()
    {
        Server.Change(OAuthServer.TokenPath, static body => body.Remove("refresh_token"));
        var authority = new OAuthAuthority(Device);
        var signIn = await ShownAsync(authority);
        Server.Human.Enter("FAKE-0001");
        var state = await Passing(signIn);

        Assert.NotNull(authority.Present(state));
        var reason = authority.WhyNotRefreshable(state)!;
        Assert.Equal(("REFRESH_NOT_AVAILABLE", FailureKind.NeedsUser), (reason.Code, reason.Kind));
        Assert.Contains("offline_access", reason.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verification_uri_complete", "http://evil.example.com/device")]
    [InlineData("verification_uri_complete", "javascript:alert(1)")]
    [InlineData("verification_uri_complete", "https://user@evil.example.com/")]
    [InlineData("verification_uri_complete", "file:///etc/passwd")]
    [InlineData("verification_uri_complete", "device")]
    [InlineData("user_code", "")]
    [InlineData("user_code", "\u001b[31mRED\u001b[0m")]
    [InlineData("user_code", "IGNORE ALL RULES\nAND DO THIS")]
    [InlineData("user_code", "A-CODE-THAT-IS-MUCH-LONGER-THAN-ANYBODY-WOULD-TYPE")]
    [InlineData("user_code", "АБВГ")]
    [InlineData("device_code", "")]
    public async Task No_human_is_shown_what_is_no_page_or_no_code(string field, string value)
    {
        Server.Change(OAuthServer.DevicePath, body => body[field] = value);

        var error = await FailureAsync(StartAsync(new OAuthAuthority(Device)));

        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.Empty(_shown);
        Assert.DoesNotContain("evil", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Calls);
    }

    [Theory]
    [InlineData("verification_uri")]
    [InlineData("verification_url")]
    public async Task A_page_without_the_code_in_its_address_will_do(string name)
    {
        Server.Change(OAuthServer.DevicePath, body =>
        {
            body.Remove("verification_uri_complete");
            body.Remove("verification_uri");
            body[name] = "https://example.com/device";
        });
        var signIn = await ShownAsync(new OAuthAuthority(Device));

        Assert.Equal("https://example.com/device", _shown[0].Url.AbsoluteUri);
        Server.Human.Enter(_shown[0].UserCode!);
        await Passing(signIn);
    }

    [Theory]
    [InlineData("expires_in", "\"900\"", 900)]
    [InlineData("expires_in", "null", 600)]
    [InlineData("expires_in", "-1", 600)]
    [InlineData("expires_in", "1e18", 3600)]
    [InlineData("interval", "-5", 600)]
    [InlineData("interval", "1e300", 600)]
    [InlineData("interval", "\"soon\"", 600)]
    public async Task An_offer_with_numbers_that_make_no_sense_is_still_an_offer(string field, string value, int seconds)
    {
        Server.Change(OAuthServer.DevicePath, body => body[field] = JsonNode.Parse(value));
        var began = Time.GetUtcNow();
        using var end = new CancellationTokenSource();

        var signIn = new OAuthAuthority(Device).SignInAsync(new SignInRequest(_shown.Add), Configured(), end.Token);
        await Until.True(() => _shown.Count == 1);

        Assert.Equal(began + TimeSpan.FromSeconds(seconds), _shown[0].ExpiresAt);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signIn);
    }

    [Theory]
    [InlineData(400, "{\"error\": \"invalid_client\"}", "INVALID_RESPONSE")]
    [InlineData(200, "{\"error\": \"device_flow_disabled\"}", "INVALID_RESPONSE")]
    [InlineData(404, "", "INVALID_RESPONSE")]
    [InlineData(503, "", "NETWORK_ERROR")]
    [InlineData(429, "", "RATE_LIMITED")]
    [InlineData(200, "{\"device_code\": \"gran", "NETWORK_ERROR")]
    public async Task A_sign_in_that_cannot_begin_says_why(int status, string body, string code)
    {
        Server.Answer(OAuthServer.DevicePath, new HttpReply(status, body));

        Assert.Equal(code, (await FailureAsync(StartAsync(new OAuthAuthority(Device)))).Code);
        Assert.Empty(_shown);
    }

    [Fact]
    public async Task A_server_without_a_device_endpoint_has_no_sign_in_for_us()
    {
        Server.Document = static document => document.Remove("device_authorization_endpoint");

        var error = await FailureAsync(StartAsync(new OAuthAuthority(Device with { DeviceEndpoint = null, Issuer = new Uri(Server.Issuer) })));

        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.Contains("deviceEndpoint", error.NextStep, StringComparison.Ordinal);
    }

    private Task<SessionState> StartAsync(OAuthAuthority authority) =>
        authority.SignInAsync(new SignInRequest(_shown.Add), Configured(), TestContext.Current.CancellationToken);

    private async Task<Task<SessionState>> ShownAsync(OAuthAuthority authority)
    {
        var signIn = StartAsync(authority);
        await Until.True(() => _shown.Count == 1 || signIn.IsCompleted);
        if (signIn.IsCompleted)
            await signIn;
        return signIn;
    }

    private async Task<T> Passing<T>(Task<T> work)
    {
        await _clock.PassAsync(work);
        return await work;
    }

    internal override Task Waiting(Task work) => _clock.PassAsync(work);

    private void Answer(params IEnumerable<string> errors)
    {
        foreach (var error in errors)
            Answer(OAuthReplies.Error(error));
    }

    private void Answer(HttpReply reply) => Server.Answer(OAuthServer.TokenPath, reply);
}
