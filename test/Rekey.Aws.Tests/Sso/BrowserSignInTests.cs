using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Rekey.Aws.Sso;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Sso;

namespace Rekey.Aws.Tests.Sso;

public sealed class BrowserSignInTests : SsoTest
{
    private readonly TaskCompletionSource<SignInPrompt> _shown = new();
    private int? _port;

    [Fact]
    public async Task A_browser_that_comes_back_signs_in_for_all_tools()
    {
        var signIn = SignInAsync();
        var prompt = await ShownAsync(signIn);

        var (status, text) = await Server.Human.OpenAsync(prompt.Url);
        await Passing(signIn);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("close this page", text, StringComparison.Ordinal);
        Assert.True(Server.Book.Accepts(TextIn("accessToken")));
        Assert.NotEmpty(TextIn("refreshToken"));
        var sent = Sent("/token");
        Assert.All(["code", "codeVerifier", "clientSecret"], field => Assert.True(Secrets.Knows((string)sent[field]!), field));
    }

    [Fact]
    public async Task The_page_carries_a_challenge_and_no_secret_and_the_way_back_is_this_machine_alone()
    {
        var signIn = SignInAsync();
        var prompt = await ShownAsync(signIn);
        var query = HttpUtility.ParseQueryString(prompt.Url.Query);

        Assert.Equal("/authorize", prompt.Url.AbsolutePath);
        Assert.Equal(("code", "S256", "sso:account:access"), (query["response_type"], query["code_challenge_method"], query["scopes"]));
        Assert.Matches(@"^http://127\.0\.0\.1:\d+/oauth/callback$", query["redirect_uri"]);
        Assert.Equal(43, query["code_challenge"]!.Length);
        Assert.True(Guid.TryParse(query["state"], out _));
        Assert.Null(prompt.UserCode);
        var registration = Sent("/client/register");
        Assert.Equal("http://127.0.0.1/oauth/callback", (string)registration["redirectUris"]![0]!);
        Assert.Equal(["authorization_code", "refresh_token"], registration["grantTypes"]!.AsArray().Select(static g => (string)g!));
        Assert.Equal(Session.StartUrl, (string)registration["issuerUrl"]!);
        await Server.Human.OpenAsync(prompt.Url);
        await Passing(signIn);
        Assert.DoesNotContain((string)Sent("/token")["codeVerifier"]!, prompt.Url.AbsoluteUri, StringComparison.Ordinal);
        Observe(prompt.Url.AbsoluteUri);
        Plant((string)Sent("/token")["codeVerifier"]!);
    }

    [Fact]
    public async Task A_human_who_says_no_has_denied_and_the_browser_gets_its_page()
    {
        Server.Human.Denies = true;
        var signIn = SignInAsync();
        var prompt = await ShownAsync(signIn);

        var (status, _) = await Server.Human.OpenAsync(prompt.Url);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("AWS_SSO_SIGN_IN_DENIED", (await FailsAsync(() => Passing(signIn))).Code);
    }

    [Theory]
    [InlineData("GET /favicon.ico HTTP/1.1", 404)]
    [InlineData("GET / HTTP/1.1", 404)]
    [InlineData("GET /oauth/callback/?code=x&state=STATE HTTP/1.1", 404)]
    [InlineData("GET /oauth/callback HTTP/1.1", 400)]
    [InlineData("GET /oauth/callback?code=x HTTP/1.1", 400)]
    [InlineData("GET /oauth/callback?code=x&state=wrong HTTP/1.1", 400)]
    [InlineData("GET /oauth/callback?error=access_denied&state=wrong HTTP/1.1", 400)]
    [InlineData("GET /oauth/callback?code=&state=STATE HTTP/1.1", 400)]
    [InlineData("GET /oauth/callback?code=x&state=wrong&state=STATE HTTP/1.1", 400)]
    [InlineData("POST /oauth/callback?code=x&state=STATE HTTP/1.1", 400)]
    [InlineData("nonsense", 400)]
    public async Task Everything_else_is_turned_away_and_the_right_answer_still_counts(string line, int expected)
    {
        var signIn = SignInAsync();
        var prompt = await ShownAsync(signIn);
        var query = HttpUtility.ParseQueryString(prompt.Url.Query);

        var answer = await SendAsync(new Uri(query["redirect_uri"]!).Port, line.Replace("STATE", query["state"], StringComparison.Ordinal) + "\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {expected} ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.False(signIn.IsCompleted);
        await Server.Human.OpenAsync(prompt.Url);
        await Passing(signIn);
    }

    [Fact]
    public async Task An_error_of_the_page_ends_the_sign_in_with_or_without_the_state()
    {
        foreach (var suffix in new[] { "&state=STATE", "" })
        {
            var signIn = new TaskCompletionSource<SignInPrompt>();
            var work = Source(WithBrowser).SignInAsync(new SignInRequest(p => signIn.TrySetResult(p)), CancellationToken.None);
            var query = HttpUtility.ParseQueryString((await Passing(signIn.Task)).Url.Query);

            await SendAsync(new Uri(query["redirect_uri"]!).Port, $"GET /oauth/callback?error=server_error{suffix.Replace("STATE", query["state"], StringComparison.Ordinal)} HTTP/1.1\r\n\r\n");

            Assert.Equal("AWS_SSO_SIGN_IN_FAILED", (await FailsAsync(() => Passing(work))).Code);
        }
    }

    [Fact]
    public async Task A_browser_that_opens_connections_and_says_nothing_keeps_nobody_waiting()
    {
        var signIn = SignInAsync();
        var prompt = await ShownAsync(signIn);
        var port = new Uri(HttpUtility.ParseQueryString(prompt.Url.Query)["redirect_uri"]!).Port;
        var silent = Enumerable.Range(0, 8).Select(_ => new TcpClient("127.0.0.1", port)).ToArray();

        await Server.Human.OpenAsync(prompt.Url);
        await Passing(signIn);

        Array.ForEach(silent, static c => c.Dispose());
    }

    [Fact]
    public async Task An_answer_counts_even_if_whoever_brought_it_hangs_up_at_once()
    {
        var signIn = SignInAsync();
        var prompt = await ShownAsync(signIn);
        var query = HttpUtility.ParseQueryString(prompt.Url.Query);
        var back = Server.Do(new HttpCall("GET", prompt.Url.PathAndQuery, new Dictionary<string, string>(), [])).Headers["Location"];

        using (var client = new TcpClient("127.0.0.1", new Uri(query["redirect_uri"]!).Port) { LingerState = new LingerOption(true, 0) })
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {new Uri(back).PathAndQuery} HTTP/1.1\r\nHost: x\r\n\r\n"));
            await Until.True(() => Server.Calls("/token") == 1 || signIn.IsCompleted);
        }

        await Passing(signIn);
        Assert.True(Server.Book.Accepts(TextIn("accessToken")));
    }

    [Fact]
    public async Task A_head_without_end_is_cut_off()
    {
        var signIn = SignInAsync();
        var prompt = await ShownAsync(signIn);
        var port = new Uri(HttpUtility.ParseQueryString(prompt.Url.Query)["redirect_uri"]!).Port;

        Assert.Equal("", await SendAsync(port, "GET / HTTP/1.1\r\n" + new string('x', 40_000)));

        await Server.Human.OpenAsync(prompt.Url);
        await Passing(signIn);
    }

    [Fact]
    public async Task Nobody_who_comes_within_ten_minutes_is_an_expired_sign_in_and_the_port_is_free_again()
    {
        _port = FreePort();
        var signIn = SignInAsync();
        await ShownAsync(signIn);

        Assert.Equal("AWS_SSO_SIGN_IN_EXPIRED", (await FailsAsync(() => Passing(signIn, seconds: 10))).Code);
        new TcpListener(IPAddress.Loopback, _port.Value).Start();
    }

    [Fact]
    public async Task Cancelling_frees_the_port_and_the_marker()
    {
        _port = FreePort();
        using var cancel = new CancellationTokenSource();
        var shown = new TaskCompletionSource<SignInPrompt>();
        var signIn = Source(WithBrowser).SignInAsync(new SignInRequest(p => shown.TrySetResult(p)), cancel.Token);
        Assert.Contains($"%3A{_port}%2F", (await Passing(shown.Task)).Url.AbsoluteUri, StringComparison.Ordinal);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signIn);

        var again = SignInAsync();
        await Server.Human.OpenAsync((await ShownAsync(again)).Url);
        await Passing(again);
    }

    [Fact]
    public async Task A_port_that_belongs_to_another_program_is_an_error_of_its_own()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _port = ((IPEndPoint)other.LocalEndpoint).Port;

        var error = await FailsAsync(SignInAsync);

        Assert.Equal("AWS_SSO_PORT_TAKEN", error.Code);
        Assert.Equal(0, Server.Calls("/client/register"));
    }

    [Fact]
    public async Task A_code_whose_redemption_was_lost_is_presented_once_more()
    {
        Server.Answer("/token", SsoReplies.Oidc("InternalServerException"));
        var signIn = SignInAsync();
        await Server.Human.OpenAsync((await ShownAsync(signIn)).Url);

        await Passing(signIn);

        Assert.Equal(2, Server.Calls("/token"));
    }

    [Fact]
    public async Task A_code_that_the_service_does_not_take_ends_the_sign_in_and_the_next_one_registers_anew()
    {
        Server.Answer("/token", SsoReplies.Oidc("InvalidClientException"));
        var signIn = SignInAsync();
        await Server.Human.OpenAsync((await ShownAsync(signIn)).Url);

        Assert.Equal("AWS_SSO_SIGN_IN_FAILED", (await FailsAsync(() => Passing(signIn))).Code);
        Assert.Empty(Directory.GetFiles(Files.SsoCache, "*.json"));
    }

    [Fact]
    public async Task The_page_is_opened_in_the_browser_unless_whoever_asked_brings_the_human_there()
    {
        var browser = new RecordingBrowser();
        foreach (var opens in new[] { true, false })
        {
            var shown = new TaskCompletionSource<SignInPrompt>();
            var source = Source(options => WithBrowser(options) with { Browser = browser, Surroundings = Desktop });
            var signIn = source.SignInAsync(new SignInRequest(p => shown.TrySetResult(p), opens), CancellationToken.None);
            var prompt = await Passing(shown.Task);
            await Server.Human.OpenAsync(prompt.Url);
            await Passing(signIn);
        }

        Assert.StartsWith(Server.Address.AbsoluteUri, Assert.Single(browser.Opened).AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_no_browser_can_be_opened_the_page_is_shown_and_none_is_tried()
    {
        var browser = new RecordingBrowser();
        Environment["SSH_TTY"] = "/dev/pts/1";
        var source = Source(options => WithBrowser(options) with { Browser = browser, Surroundings = Desktop });
        var signIn = source.SignInAsync(new SignInRequest(p => _shown.TrySetResult(p)), CancellationToken.None);
        await Server.Human.OpenAsync((await ShownAsync(signIn)).Url);
        await Passing(signIn);

        Assert.Empty(browser.Opened);
    }

    [Theory]
    [InlineData(true, null, "/authorize")]
    [InlineData(true, "SSH_CONNECTION", "/device")]
    [InlineData(false, null, "/device")]
    public async Task Left_to_itself_it_uses_a_browser_of_this_machine_where_the_session_and_the_surroundings_allow(bool isNamed, string? variable, string page)
    {
        Session = Session with { Name = isNamed ? "corp" : null };
        if (variable is not null)
            Environment[variable] = "x";
        var source = Source(options => options with { Flow = SignInFlow.Auto, Surroundings = Desktop });
        var signIn = source.SignInAsync(new SignInRequest(p => _shown.TrySetResult(p)), CancellationToken.None);

        var prompt = await ShownAsync(signIn);
        await Server.Human.OpenAsync(prompt.Url);
        await Passing(signIn, seconds: 0.2);

        Assert.Equal(page, prompt.Url.AbsolutePath);
    }

    private SignInSurroundings Desktop => new(Environment, needsDisplay: false, static _ => false);

    private SsoSessionOptions WithBrowser(SsoSessionOptions options) => options with { Flow = SignInFlow.Browser, RedirectPort = _port };

    private Task SignInAsync() => Source(WithBrowser).SignInAsync(new SignInRequest(p => _shown.TrySetResult(p)), CancellationToken.None);

    private async Task<SignInPrompt> ShownAsync(Task signIn)
    {
        await Passing(Task.WhenAny(_shown.Task, signIn));
        return await _shown.Task;
    }

    private JsonObject Sent(string path) => JsonNode.Parse(Server.Last[path].Text)!.AsObject();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> SendAsync(int port, string request)
    {
        using var client = new TcpClient("127.0.0.1", port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private sealed class RecordingBrowser : IBrowser
    {
        public List<Uri> Opened { get; } = [];

        public bool TryOpen(Uri page)
        {
            Opened.Add(page);
            return true;
        }
    }
}
