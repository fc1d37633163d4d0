using System.Net;
using Rekey.Testing.Slack;

namespace Rekey.Tests.Slack;

public sealed class RedirectTests : SlackTest
{
    private const string Page = """<script>var boot_data = {"api_token":"xoxc-9876543210-fedcba"};</script>""";

    [Theory]
    [InlineData("https://app.slack.com/client")]
    [InlineData("https://slack.com/checkcookie?redir=https%3A%2F%2Facme.slack.com%2F")]
    [InlineData("/messages")]
    [InlineData("//acme.enterprise.slack.com/")]
    public async Task A_redirect_within_Slack_is_followed_with_the_cookie(string location)
    {
        var web = new ScriptedWeb(Redirect(location), Ok());

        var state = await RefreshAsync(web);

        Assert.Equal("xoxc-9876543210-fedcba", state["token"]!.Value.Reveal());
        Assert.Equal(["https://acme.slack.com/", new Uri(new Uri("https://acme.slack.com/"), location).AbsoluteUri], web.Asked);
    }

    [Theory]
    [InlineData("https://evil.com/")]
    [InlineData("https://evil.com/.slack.com")]
    [InlineData("https://acme.slack.com.evil.com/")]
    [InlineData("https://evilslack.com/")]
    [InlineData("https://acme.slack.com@evil.com/")]
    [InlineData("https://user@acme.slack.com/")]
    [InlineData("https://acme.slack.com:8443/")]
    [InlineData("http://acme.slack.com/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("//evil.com/signin")]
    [InlineData("file:///etc/passwd")]
    [InlineData("slack://open")]
    public async Task The_cookie_goes_nowhere_else(string location)
    {
        var web = new ScriptedWeb(Redirect(location), Ok());

        var error = await FailAsync(RefreshAsync(web));

        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.Equal(["https://acme.slack.com/"], web.Asked);
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signin?redir=%2Fclient")]
    [InlineData("/sign_in_with_password")]
    [InlineData("https://slack.com/workspace-signin?redir=x")]
    [InlineData("https://slack.com/signin#/signin")]
    [InlineData("/?redir=%2Fclient")]
    [InlineData("https://acme.slack.com/?v=1&redir=%2Fclient")]
    public async Task A_redirect_to_a_sign_in_ends_the_session_and_is_not_followed(string location)
    {
        var web = new ScriptedWeb(Redirect(location), Ok());

        Assert.Equal("SESSION_REVOKED", (await FailAsync(RefreshAsync(web))).Code);
        Assert.Single(web.Asked);
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_no_sixth()
    {
        Assert.NotNull(await RefreshAsync(new ScriptedWeb([.. Redirects(5), Ok()])));
        var web = new ScriptedWeb([.. Redirects(6), Ok()]);

        Assert.Equal("INVALID_RESPONSE", (await FailAsync(RefreshAsync(web))).Code);
        Assert.Equal(6, web.Asked.Count);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(304)]
    public async Task A_redirect_to_nowhere_is_an_invalid_response(int status) =>
        Assert.Equal("INVALID_RESPONSE", (await FailAsync(RefreshAsync(new ScriptedWeb(new HttpResponseMessage((HttpStatusCode)status))))).Code);

    [Fact]
    public async Task A_cookie_that_a_redirect_sets_is_used_from_there_on_and_kept()
    {
        var redirect = Redirect("/next");
        redirect.Headers.Add("Set-Cookie", ["b=1; path=/", "d=xoxd-newer%2Bcookie; domain=.slack.com; secure", "d-s=2"]);
        var web = new ScriptedWeb(redirect, Ok());

        var state = await RefreshAsync(web);

        Assert.Equal("xoxd-newer%2Bcookie", state["cookie"]!.Value.Reveal());
        Assert.Equal(["d=xoxd-abc%2Bdef", "d=xoxd-newer%2Bcookie"], web.Cookies);
    }

    [Theory]
    [InlineData("d=xoxd-newer%2B1; path=/", "xoxd-newer%2B1")]
    [InlineData("d=xoxd-newer+1", "xoxd-newer%2B1")]
    [InlineData("d=\"xoxd-newer%2B1\"; HttpOnly", "xoxd-newer%2B1")]
    [InlineData("d=xoxd-newer%2B1; Max-Age=315360000; Expires=Fri, 01-Jan-2100 00:00:00 GMT", "xoxd-newer%2B1")]
    [InlineData("d=xoxd-newer%2B1; Expires=never", "xoxd-newer%2B1")]
    [InlineData("d=deleted; Max-Age=0", "xoxd-abc%2Bdef")]
    [InlineData("d=xoxd-newer%2B1; Max-Age=-1", "xoxd-abc%2Bdef")]
    [InlineData("d=xoxd-newer%2B1; expires=Thu, 01-Jan-1970 00:00:01 GMT", "xoxd-abc%2Bdef")]
    [InlineData("d=; path=/", "xoxd-abc%2Bdef")]
    [InlineData("d=something-else", "xoxd-abc%2Bdef")]
    [InlineData("D=xoxd-newer%2B1", "xoxd-abc%2Bdef")]
    [InlineData("d-s=xoxd-newer%2B1", "xoxd-abc%2Bdef")]
    [InlineData("x=1; d=xoxd-newer%2B1", "xoxd-abc%2Bdef")]
    public async Task Only_a_cookie_d_that_is_set_replaces_the_current_one(string line, string kept)
    {
        var page = Ok();
        page.Headers.Add("Set-Cookie", line);

        var state = await RefreshAsync(new ScriptedWeb(page));

        Assert.Equal(kept, state["cookie"]!.Value.Reveal());
    }

    [Fact]
    public async Task Another_address_is_followed_to_its_own_origin_alone()
    {
        await using var foreign = new SlackServer();
        var session = Slack.Book.SignIn();
        foreach (var location in new[] { foreign.Address.AbsoluteUri, "https://acme.slack.com/", Slack.Address.AbsoluteUri.Replace("http:", "https:", StringComparison.Ordinal) })
        {
            Slack.Answer("/", SlackPages.Redirect(location));
            Assert.Equal("INVALID_RESPONSE", (await FailAsync(RefreshAsync(Authority(), Configured(session)))).Code);
        }
        Slack.Answer("/", SlackPages.Redirect(Slack.Address.AbsoluteUri));

        var state = await RefreshAsync(Authority(), Configured(session));

        Assert.Equal(session.Token, state["token"]!.Value.Reveal());
        Assert.Equal(0, foreign.Calls("/"));
    }

    [Fact]
    public async Task Without_another_address_the_API_is_Slacks_own()
    {
        var web = new ScriptedWeb(new HttpResponseMessage { Content = new StringContent("""{"ok":true}""") });
        using var http = new HttpClient(web);

        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(Authority(http: http), new(new Secret("xoxb-1234567890")))).Outcome);
        Assert.Equal(["https://slack.com/api/auth.test"], web.Asked);
    }

    private async Task<SessionState> RefreshAsync(ScriptedWeb web)
    {
        using var http = new HttpClient(web);
        return await RefreshAsync(Authority(http: http), Document(("token", Plant("xoxc-1234567890-abcdef").Reveal()), ("cookie", Plant("xoxd-abc+def").Reveal())));
    }

    private static HttpResponseMessage Ok() => new() { Content = new StringContent(Page) };

    private static IEnumerable<HttpResponseMessage> Redirects(int count) => Enumerable.Range(1, count).Select(static i => Redirect($"/{i}"));

    private static HttpResponseMessage Redirect(string location)
    {
        var reply = new HttpResponseMessage(HttpStatusCode.Redirect);
        reply.Headers.TryAddWithoutValidation("Location", location);
        return reply;
    }

    /// <summary>Every host there is: answers in turn, and remembers who was asked with which cookie.</summary>
    private sealed class ScriptedWeb(params HttpResponseMessage[] replies) : HttpMessageHandler
    {
        private readonly Queue<HttpResponseMessage> _replies = new(replies);

        public List<string> Asked { get; } = [];

        public List<string?> Cookies { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
            Cookies.Add(request.Headers.TryGetValues("Cookie", out var cookies) ? cookies.Single() : null);
            return Task.FromResult(_replies.Dequeue());
        }
    }
}
