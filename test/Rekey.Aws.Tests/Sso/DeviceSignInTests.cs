using System.Text.Json.Nodes;
using Rekey.Aws.Sso;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Sso;

namespace Rekey.Aws.Tests.Sso;

public sealed class DeviceSignInTests : SsoTest
{
    private readonly List<SignInPrompt> _shown = [];

    [Fact]
    public async Task A_human_who_confirms_the_code_is_signed_in_for_all_tools()
    {
        var began = Time.GetUtcNow();
        var prompt = await ShownAsync(out var signIn);

        Assert.Equal("FAKE-0001", prompt.UserCode);
        Assert.InRange(prompt.ExpiresAt!.Value, began.AddMinutes(10), Time.GetUtcNow().AddMinutes(10));
        Assert.Equal(Server.Address.Authority, prompt.Url.Authority);
        await Server.Human.OpenAsync(prompt.Url);
        await Passing(signIn, seconds: 0.2);

        var token = (await FetchAsync(Source())).Credential.AccessToken.Reveal();
        Assert.True(Server.Book.Accepts(token));
        Assert.NotEmpty(TextIn("refreshToken"));
        Assert.Single(_shown);
        Assert.All([token, TextIn("refreshToken"), TextIn("clientSecret"), (string)Sent("/token")["deviceCode"]!], secret => Assert.True(Secrets.Knows(secret)));
    }

    [Fact]
    public async Task The_client_registers_without_grant_types_and_asks_for_the_scope_that_makes_a_token_refreshable()
    {
        await SignedInAsync();

        var registration = Sent("/client/register");
        Assert.False(registration.ContainsKey("grantTypes"));
        Assert.Equal(["sso:account:access"], registration["scopes"]!.AsArray().Select(static s => (string)s!));
        Assert.Equal("public", (string)registration["clientType"]!);
        Assert.Equal(Session.StartUrl, (string)Sent("/device_authorization")["startUrl"]!);
    }

    [Fact]
    public async Task A_session_of_the_older_form_asks_for_no_scopes_and_gets_a_token_that_cannot_be_refreshed()
    {
        Session = Session with { Name = null };

        await SignedInAsync();

        Assert.False(Sent("/client/register").ContainsKey("scopes"));
        Assert.DoesNotContain("refreshToken", File.ReadAllText(TokenFile), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registration_serves_again_until_it_expires_and_lies_in_a_slot_of_its_own()
    {
        await SignedInAsync();
        await SignedInAsync();
        Assert.Equal(1, Server.Calls("/client/register"));
        Assert.False(File.Exists(Path.Combine(Files.SsoCache, CacheKey.OfRegistration(Session, "botocore") + ".json")));
        Assert.True(Secrets.Knows(TextIn("clientSecret", Path.Combine(Files.SsoCache, CacheKey.OfRegistration(Session, "rekey-device") + ".json"))));

        Time.Advance(TimeSpan.FromDays(90));
        await SignedInAsync();

        Assert.Equal(2, Server.Calls("/client/register"));
    }

    [Fact]
    public async Task A_client_that_the_service_has_forgotten_registers_anew_at_once()
    {
        await SignedInAsync();
        Server.Book.ForgetClients();

        await SignedInAsync();

        Assert.Equal(2, Server.Calls("/client/register"));
    }

    [Fact]
    public async Task A_damaged_registration_is_made_anew()
    {
        await SignedInAsync();
        File.WriteAllText(Path.Combine(Files.SsoCache, CacheKey.OfRegistration(Session, "rekey-device") + ".json"), "{\"clientId\": 5");

        await SignedInAsync();

        Assert.Equal(2, Server.Calls("/client/register"));
    }

    [Fact]
    public async Task A_sign_in_that_was_approved_already_shows_nothing()
    {
        Server.Script("/token", (call, _) =>
        {
            Server.Book.Decide("FAKE-0001", isApproved: true);
            return Task.FromResult(Server.Do(call));
        });

        await Passing(SignInAsync());

        Assert.Empty(_shown);
        Assert.True(File.Exists(TokenFile));
    }

    [Fact]
    public async Task A_service_that_asks_to_slow_down_is_asked_five_seconds_less_often()
    {
        var asked = new List<DateTimeOffset>();
        for (var i = 0; i < 4; i++)
        {
            var reply = SsoReplies.Oidc(i == 1 ? "SlowDownException" : "AuthorizationPendingException");
            Server.Script("/token", (_, _) =>
            {
                asked.Add(Time.GetUtcNow());
                return Task.FromResult(reply);
            });
        }
        var prompt = await ShownAsync(out var signIn);
        await Until.True(() => asked.Count == 4, Time, TimeSpan.FromMilliseconds(250));
        await Server.Human.OpenAsync(prompt.Url);
        await Passing(signIn, seconds: 0.5);

        // Time goes on while a call is on its way: the pauses are at least these.
        Assert.InRange((asked[1] - asked[0]).TotalSeconds, 1, 5.9);
        Assert.InRange((asked[2] - asked[1]).TotalSeconds, 6, 60);
        Assert.InRange((asked[3] - asked[2]).TotalSeconds, 6, 60);
    }

    [Fact]
    public async Task What_passes_is_waited_out_while_the_code_is_good()
    {
        Server.Answer("/token", SsoReplies.Oidc("InternalServerException")).Answer("/token", new HttpReply(200) { Fault = WireFault.Reset }).Answer("/token", new HttpReply(503, "<html>away"));
        Server.Answer("/token", new HttpReply(200, "{") { ContentType = "text/html" });

        await SignedInAsync();

        Assert.InRange(Server.Calls("/token"), 5, 50);
    }

    [Fact]
    public async Task A_code_that_nobody_enters_expires_by_our_own_clock()
    {
        Server.Book.DeviceLife = TimeSpan.FromSeconds(30);
        await ShownAsync(out var signIn);

        var error = await FailsAsync(() => Passing(signIn, seconds: 0.5));

        Assert.Equal("AWS_SSO_SIGN_IN_EXPIRED", error.Code);
        Assert.False(File.Exists(TokenFile));
    }

    [Theory]
    [InlineData("ExpiredTokenException", "AWS_SSO_SIGN_IN_EXPIRED")]
    [InlineData("AccessDeniedException", "AWS_SSO_SIGN_IN_DENIED")]
    [InlineData("InvalidGrantException", "AWS_SSO_SIGN_IN_FAILED")]
    [InlineData("UnsupportedGrantTypeException", "AWS_SSO_SIGN_IN_FAILED")]
    public async Task What_the_service_decides_ends_the_sign_in(string type, string code)
    {
        Server.Answer("/token", SsoReplies.Oidc(type));

        Assert.Equal(code, (await FailsAsync(() => Passing(SignInAsync()))).Code);
    }

    [Fact]
    public async Task A_human_who_says_no_has_denied()
    {
        Server.Human.Denies = true;
        var prompt = await ShownAsync(out var signIn);
        await Server.Human.OpenAsync(prompt.Url);

        Assert.Equal("AWS_SSO_SIGN_IN_DENIED", (await FailsAsync(() => Passing(signIn, seconds: 0.2))).Code);
    }

    [Fact]
    public async Task A_start_url_that_the_region_does_not_know_hints_at_the_region()
    {
        Server.Book.StartUrl = "https://d-0000000000.awsapps.com/start";

        var error = await FailsAsync(() => Passing(SignInAsync()));

        Assert.Equal("AWS_SSO_REGION_MISMATCH", error.Code);
        Assert.Contains("sso_region", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("InvalidScopeException", "AWS_SSO_CLIENT_REFUSED")]
    [InlineData("InternalServerException", "AWS_SSO_NO_ANSWER")]
    [InlineData("TooManyRequestsException", "AWS_SSO_THROTTLED")]
    public async Task A_registration_that_fails_ends_the_sign_in_and_leaves_no_file(string type, string code)
    {
        Server.Answer("/client/register", SsoReplies.Oidc(type));

        Assert.Equal(code, (await FailsAsync(() => Passing(SignInAsync()))).Code);
        Assert.Empty(Directory.GetFiles(Files.SsoCache, "*.json"));
    }

    [Theory]
    [InlineData("https://device.sso.us-east-1.amazonaws.com.example.com/")]
    [InlineData("http://d-1234567890.awsapps.com/start")]
    [InlineData("https://awsapps.com.attacker.example/")]
    [InlineData("https://user@d-1234567890.awsapps.com/")]
    [InlineData("https://bucket.s3.amazonaws.com/")]
    [InlineData("https://d-1234567890.awsapps.com:8443/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://127.0.0.1:1/")]
    public async Task A_page_that_is_not_one_of_awss_is_neither_shown_nor_opened(string page)
    {
        Server.Book.Page = page;

        Assert.Equal("AWS_SSO_PAGE_REFUSED", (await FailsAsync(() => Passing(SignInAsync()))).Code);
        Assert.Empty(_shown);
    }

    [Theory]
    [InlineData("https://device.sso.us-east-1.amazonaws.com/")]
    [InlineData("https://d-1234567890.awsapps.com/start/")]
    [InlineData("https://ssoins-1234.portal.us-east-1.app.aws/")]
    [InlineData("https://identitycenter.amazonaws.com/ssoins-1234")]
    public async Task The_pages_of_aws_are_shown(string page)
    {
        Server.Book.Page = page;

        var prompt = await ShownAsync(out var signIn);
        Server.Human.Decide(prompt.UserCode!);
        await Passing(signIn, seconds: 0.2);

        Assert.StartsWith(page, prompt.Url.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_sign_in_and_the_next_one_begins_at_once()
    {
        using var cancel = new CancellationTokenSource();
        var signIn = Source().SignInAsync(new SignInRequest(_shown.Add), cancel.Token);
        await Until.True(() => _shown.Count == 1, Time, TimeSpan.FromMilliseconds(10));

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signIn);

        await SignedInAsync();
        Assert.Equal(2, _shown.Count);
    }

    private Task SignInAsync() => Source().SignInAsync(new SignInRequest(_shown.Add), CancellationToken.None);

    private Task<SignInPrompt> ShownAsync(out Task signIn)
    {
        var before = _shown.Count;
        var running = signIn = SignInAsync();
        return Passing(Shown());

        async Task<SignInPrompt> Shown()
        {
            await Until.True(() => _shown.Count > before || running.IsCompleted);
            if (_shown.Count == before)
                await running;
            return _shown[before];
        }
    }

    private async Task SignedInAsync()
    {
        var prompt = await ShownAsync(out var signIn);
        Server.Human.Decide(prompt.UserCode!);
        await Passing(signIn, seconds: 0.2);
    }

    private JsonObject Sent(string path) => JsonNode.Parse(Server.Last[path].Text)!.AsObject();
}
