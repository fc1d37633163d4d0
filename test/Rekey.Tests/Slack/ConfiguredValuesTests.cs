using Rekey.Slack;

namespace Rekey.Tests.Slack;

public sealed class ConfiguredValuesTests : SlackTest
{
    private const string Token = "xoxc-1234567890-abcdef";
    private const string Cookie = "xoxd-abc%2Bdef%2Fghi%3D";

    [Theory]
    [InlineData("xoxd-abc+def/ghi=")]
    [InlineData("d=xoxd-abc+def/ghi=")]
    [InlineData("xoxd-abc%2Bdef%2Fghi%3D")]
    [InlineData("d=xoxd-abc%2Bdef%2Fghi%3D")]
    [InlineData("xoxd-abc%2bdef/ghi=")]
    public void A_cookie_is_read_raw_or_encoded_with_or_without_its_name_and_kept_encoded(string written)
    {
        var state = Authority().Begin(Document(("token", Token), ("cookie", written)));

        Assert.Equal(Cookie, state["cookie"]!.Value.Reveal());
        Assert.True(Secrets.Knows(Cookie));
        Assert.True(Secrets.Knows("xoxd-abc+def/ghi="));
        Assert.Null(state.RefreshedAt);
        Assert.Null(state.ExpiresAt);
    }

    [Theory]
    [InlineData("token: is missing")]
    [InlineData("token: is empty", "token=")]
    [InlineData("token: does not begin with xox", "token=ghp_1234567890")]
    [InlineData("token: has white space in it", "token=xoxb-1234 567890")]
    [InlineData("token: has white space in it", "token=xoxb-1234567890\n")]
    [InlineData("token: has control characters in it", "token=xoxb-1234\u0001567890")]
    [InlineData("token: has characters in it that no token has", "token=xoxb-1234é567890")]
    [InlineData("cookie: is empty", "token=" + Token, "cookie=")]
    [InlineData("cookie: is empty", "token=" + Token, "cookie=d=")]
    [InlineData("cookie: is no cookie d, which begins with xoxd-", "token=" + Token, "cookie=abcdefgh")]
    [InlineData("cookie: is no cookie d, which begins with xoxd-", "token=" + Token, "cookie=xoxd-")]
    [InlineData("cookie: has white space in it", "token=" + Token, "cookie=xoxd-abc def")]
    [InlineData("cookie: has control characters in it", "token=" + Token, "cookie=xoxd-abc\u0007def")]
    [InlineData("cookie: is more than the value of the cookie d", "token=" + Token, "cookie=d=xoxd-abcdef;d-s=17")]
    [InlineData("cookie: has a percent sign in it that encodes nothing", "token=" + Token, "cookie=xoxd-abc%2")]
    [InlineData("cookie: is missing, and a token that begins with xoxc- works only together with it (SLACK_COOKIE_D)", "token=" + Token)]
    [InlineData("clientId: is missing", "refresh_token=xoxe-1-abcdef", "client_secret=0123456789")]
    [InlineData("client_secret: is missing", "refresh_token=xoxe-1-abcdef")]
    [InlineData("client_secret: is empty", "refresh_token=xoxe-1-abcdef", "client_secret=")]
    [InlineData("refresh_token: does not begin with xox", "refresh_token=abcdef", "client_secret=0123456789")]
    [InlineData("refresh_token: goes with an app and not with a cookie", "refresh_token=xoxe-1-abcdef", "cookie=" + Cookie)]
    public void What_cannot_be_used_is_named_and_never_repeated(string problem, params string[] written)
    {
        var fields = written.Select(static f => f.Split('=', 2)).Select(f => (f[0], f[1].Length < 8 ? f[1] : Plant(f[1]).Reveal())).ToArray();

        var error = Refused(fields);

        Assert.Equal("SECRET_INVALID", error.Code);
        Assert.Contains(problem, error.Message);
    }

    [Fact]
    public void All_problems_are_named_at_once()
    {
        var error = Refused(("token", "x y"), ("cookie", "z"), ("refresh_token", ""));

        Assert.Equal(
            ["token: does not begin with xox", "token: has white space in it", "cookie: is no cookie d, which begins with xoxd-", "refresh_token: is empty",
             "refresh_token: goes with an app and not with a cookie: name one of the two", "clientId: is missing, and the refresh token is exchanged only with it",
             "client_secret: is missing, and the refresh token is exchanged only with it"],
            error.Message.Split(" (", 2)[1].TrimEnd('.', ')').Split("; "));
    }

    [Fact]
    public void A_cookie_beside_a_token_that_is_no_sessions_is_left_alone()
    {
        var authority = Authority();

        var state = authority.Begin(Document(("token", "xoxb-1234567890"), ("cookie", Cookie)));

        Assert.Null(state["cookie"]);
        Assert.Null(authority.Present(state)!.Cookie);
        Assert.Equal("REFRESH_NOT_AVAILABLE", authority.WhyNotRefreshable(state)?.Code);
    }

    [Fact]
    public void A_cookie_alone_needs_a_workspace() =>
        Assert.Throws<CredentialException>(() => Authority(workspace: null).Begin(Document(("cookie", Cookie))));

    [Fact]
    public void A_credential_has_the_fields_that_others_read()
    {
        var authority = Authority();
        var document = authority.Present(authority.Begin(Document(("token", Token), ("cookie", Cookie))))!.Document;

        Assert.Equal((Token, Cookie, "acme"), (document.Field("token")?.Reveal(), document.Field("cookie")?.Reveal(), document.Field("workspace")?.Reveal()));
        Assert.Equal(["token", "cookie"], document.SensitiveValues().Select(static v => v.Key));
    }

    [Theory]
    [InlineData("xoxb-1234567890-abcdef")]
    [InlineData("xoxp-1234567890-abcdef")]
    [InlineData("xoxe.xoxb-1-1234567890")]
    public void A_token_alone_is_never_refreshed(string token)
    {
        var authority = Authority(workspace: null);

        var why = authority.WhyNotRefreshable(authority.Begin(Document(("token", token))));

        Assert.Equal("REFRESH_NOT_AVAILABLE", why?.Code);
        Assert.Equal("Credential refresh is only available for user token authentication. Bot tokens do not expire.", why?.Message);
    }

    [Fact]
    public void A_session_without_a_workspace_names_the_setting()
    {
        var authority = Authority(workspace: null);

        var why = authority.WhyNotRefreshable(authority.Begin(Document(("token", Token), ("cookie", Cookie))));

        Assert.Equal("REFRESH_NOT_AVAILABLE", why?.Code);
        Assert.Contains("SLACK_WORKSPACE", why?.Message);
        Assert.Contains("rekey.json", why?.Message);
    }

    [Fact]
    public void A_stored_session_without_a_cookie_names_the_setting()
    {
        var why = Authority().WhyNotRefreshable(Stored(("token", Token)));

        Assert.Equal("REFRESH_NOT_AVAILABLE", why?.Code);
        Assert.Contains("SLACK_COOKIE_D", why?.Message);
    }

    [Fact]
    public async Task A_refresh_that_cannot_be_says_why()
    {
        var error = await FailAsync(RefreshAsync(Authority(), Document(("token", "xoxb-1234567890"))));

        Assert.Equal("REFRESH_NOT_AVAILABLE", error.Code);
    }

    [Fact]
    public void A_stored_token_that_is_none_is_never_presented() =>
        Assert.Null(Authority().Present(Stored(("token", "xoxc-1234\r\nX-Evil: 1"), ("cookie", Cookie))));

    [Theory]
    [InlineData("acme", "acme")]
    [InlineData("Acme-2", "acme-2")]
    [InlineData("acme.slack.com", "acme")]
    [InlineData("https://acme.slack.com/", "acme")]
    [InlineData("acme.enterprise", "acme.enterprise")]
    [InlineData("acme.enterprise.slack.com", "acme.enterprise")]
    [InlineData("", null)]
    [InlineData(".slack.com", null)]
    [InlineData("acme.example.com", null)]
    [InlineData("evil.com/", null)]
    [InlineData("evil.com#", null)]
    [InlineData("a@evil", null)]
    [InlineData("-acme", null)]
    [InlineData("acme:8443", null)]
    [InlineData("http://acme.slack.com", null)]
    [InlineData("аcme", null)]
    public void The_name_of_a_workspace_is_read_strictly(string written, string? name)
    {
        Assert.Equal(name is not null, SlackWorkspace.TryRead(written, out var read));
        Assert.Equal(name, read);
        if (name is null)
            Assert.Throws<ArgumentException>(() => Authority(workspace: written));
        else
            Assert.Equal($"slack:{name}", Authority(workspace: written).Reference);
    }

    [Theory]
    [InlineData("https://slack.internal", true)]
    [InlineData("https://slack.internal:8443/proxy", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("http://slack.internal", false)]
    [InlineData("http://127.0.0.1.evil.com", false)]
    [InlineData("https://user@slack.internal", false)]
    [InlineData("https://slack.internal/?a=b", false)]
    [InlineData("ftp://127.0.0.1", false)]
    public void Another_address_is_https_or_this_machine(string address, bool isAllowed)
    {
        Assert.Equal(isAllowed, SlackAddress.IsAllowed(new Uri(address)));
        if (!isAllowed)
            Assert.Throws<ArgumentException>(() => Authority(address: new Uri(address)));
    }

    private static SessionState Stored(params (string Field, string Value)[] fields) =>
        new() { Fields = fields.ToDictionary(static f => f.Field, static f => new Secret(f.Value)) };

    private CredentialError Refused(params (string Field, string Value)[] fields) =>
        ErrorIn(Assert.Throws<CredentialException>(() => Authority().Begin(Document(fields))));
}
