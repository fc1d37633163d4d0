using System.Text.Json.Nodes;
using Rekey.OAuth;
using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.OAuth;

namespace Rekey.Tests.OAuth;

public sealed class DiscoveryTests : OAuthTest
{
    private int Reads => Server.Calls(Server.OpenIdPath) + Server.Calls(Server.OAuthPath);

    [Theory]
    [InlineData("", true, true, 1)]
    [InlineData("", false, true, 2)]
    [InlineData("/", true, true, 1)]
    [InlineData("/tenant/7", true, false, 1)]
    [InlineData("/tenant/7", false, true, 2)]
    [InlineData("/tenant/7/", false, true, 2)]
    public async Task An_issuer_says_where_its_endpoints_are_in_one_of_two_documents(string path, bool hasOpenId, bool hasOAuth, int reads)
    {
        (Server.IssuerPath, Server.HasOpenIdDocument, Server.HasOAuthDocument) = (path, hasOpenId, hasOAuth);

        Assert.NotNull(await RefreshAsync(new OAuthAuthority(Discovering), Consented()));
        Assert.Equal(reads, Reads);
    }

    [Fact]
    public async Task What_an_issuer_said_holds_for_a_day()
    {
        Server.Book.Rotation = OAuthRotation.None;
        var (authority, state) = (new OAuthAuthority(Discovering), Consented());

        await RefreshAsync(authority, state);
        Time.Advance(TimeSpan.FromHours(23));
        await RefreshAsync(authority, state);
        Assert.Equal(1, Reads);

        Time.Advance(TimeSpan.FromHours(1));
        await RefreshAsync(authority, state);
        Assert.Equal(2, Reads);

        Time.JumpWall(-TimeSpan.FromDays(3));
        await RefreshAsync(authority, state);
        Assert.Equal(3, Reads);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/token")]
    [InlineData("/moved")]
    public async Task An_endpoint_that_has_moved_is_found_again(string before)
    {
        var state = Consented();
        var authority = new OAuthAuthority(Discovering);
        Server.Document = document => document["token_endpoint"] = new Uri(Server.Address, before).AbsoluteUri;
        Server.Answer("/moved", OAuthReplies.Busy(1)); // reads the document, spends nothing
        await FailureAsync(authority, state);

        Server.Document = null;
        if (before == "/moved")
        {
            var moved = await FailureAsync(authority, state);
            Assert.Equal(("NETWORK_ERROR", true), (moved.Code, moved.Retryable));
        }

        Assert.NotNull(await RefreshAsync(authority, state));
    }

    [Fact]
    public async Task An_endpoint_that_is_not_where_the_issuer_just_said_is_a_matter_of_configuration()
    {
        Server.Document = document => document["token_endpoint"] = new Uri(Server.Address, "/nowhere").AbsoluteUri;

        var error = await FailureAsync(new OAuthAuthority(Discovering), Consented());

        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.Contains("HTTP 404", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example.com")]
    [InlineData("/")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_document_of_another_issuer_is_none(string? issuer)
    {
        Server.Document = document => document["issuer"] = issuer == "/" ? $"{Server.Issuer}/" : issuer;

        var error = await FailureAsync(new OAuthAuthority(Discovering), Consented());

        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.Contains("another issuer", error.Message, StringComparison.Ordinal);
        Assert.Contains("issuer", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(0, Calls);
    }

    [Theory]
    [InlineData("http://evil.example.com/token")]
    [InlineData("https://user:word@evil.example.com/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/token")]
    [InlineData("not an address")]
    [InlineData(null)]
    [InlineData("")]
    public async Task An_endpoint_where_others_could_listen_is_refused_before_anything_is_sent(string? endpoint)
    {
        Server.Document = document => document["token_endpoint"] = endpoint;

        var error = await FailureAsync(new OAuthAuthority(Discovering), Consented());

        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.Contains("tokenEndpoint", error.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Calls);
    }

    [Fact]
    public void An_issuer_elsewhere_may_not_send_secrets_to_this_machine_in_the_clear()
    {
        Assert.Null(EndpointRule.Admitted("http://127.0.0.1:8080/token", new Uri("https://login.example.com")));
        Assert.NotNull(EndpointRule.Admitted("http://127.0.0.1:8080/token", new Uri("http://localhost")));
        Assert.NotNull(EndpointRule.Admitted("https://tokens.example.com/token", new Uri("https://login.example.com")));
        Assert.Null(EndpointRule.Admitted($"https://tokens.example.com/{new string('x', 3000)}", new Uri("https://login.example.com")));
    }

    [Theory]
    [InlineData("[\"client_secret_post\"]", "client_secret_post")]
    [InlineData("[\"client_secret_post\", \"private_key_jwt\"]", "client_secret_post")]
    [InlineData("[\"client_secret_post\", \"client_secret_basic\"]", "client_secret_basic")]
    [InlineData("[\"private_key_jwt\"]", "client_secret_basic")]
    [InlineData("[]", "client_secret_basic")]
    [InlineData("[7, null]", "client_secret_basic")]
    [InlineData("\"client_secret_post\"", "client_secret_basic")]
    [InlineData("null", "client_secret_basic")]
    public async Task The_issuer_says_how_a_client_proves_who_it_is(string ways, string way)
    {
        Client = Server.AddClient(way);
        Server.Document = document => document["token_endpoint_auth_methods_supported"] = JsonNode.Parse(ways);

        Assert.NotNull(await RefreshAsync(new OAuthAuthority(Discovering), Consented()));
    }

    [Fact]
    public async Task A_configured_endpoint_wins_and_the_issuer_still_says_how_to_prove_oneself()
    {
        Client = Server.AddClient("client_secret_post");
        Server.Document = static document =>
        {
            document["token_endpoint"] = "https://elsewhere.example.com/token";
            document["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post");
        };

        Assert.NotNull(await RefreshAsync(new OAuthAuthority(Options with { Issuer = new Uri(Server.Issuer) }), Consented()));
        Assert.Equal(1, Reads);
    }

    [Fact]
    public async Task An_issuer_of_whom_nothing_is_needed_is_not_asked()
    {
        Client = Server.AddClient("none");

        Assert.NotNull(await RefreshAsync(new OAuthAuthority(Options with { Issuer = new Uri(Server.Issuer) }), Consented()));
        Assert.Equal(0, Reads);
    }

    [Fact]
    public async Task An_issuer_without_a_document_is_told_from_one_that_is_away()
    {
        (Server.HasOpenIdDocument, Server.HasOAuthDocument) = (false, false);
        var authority = new OAuthAuthority(Discovering);
        var state = Consented();

        var missing = await FailureAsync(authority, state);
        Assert.Equal("INVALID_RESPONSE", missing.Code);
        Assert.Contains("issuer", missing.NextStep, StringComparison.Ordinal);

        foreach (var (reply, code) in new[]
        {
            (new HttpReply(503), "NETWORK_ERROR"),
            (OAuthReplies.Busy(5), "RATE_LIMITED"),
            (new HttpReply(200, "{ }") { Fault = WireFault.Truncated }, "NETWORK_ERROR"),
            (new HttpReply(200, "{\"issuer\": "), "NETWORK_ERROR"),
        })
        {
            Server.Answer(Server.OpenIdPath, reply);
            Assert.Equal(code, (await FailureAsync(authority, state)).Code);
        }
        Assert.Equal(0, Calls);
    }

    [Fact]
    public async Task A_document_that_does_not_come_in_six_seconds_is_not_waited_for()
    {
        Server.Break(Server.OpenIdPath, WireFault.Hang);
        var refresh = new OAuthAuthority(Discovering).RefreshAsync(Consented(), Configured(), CancellationToken.None);
        await Until.True(() => Reads == 1);

        Time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(("NETWORK_ERROR", 0), ((await FailureAsync(refresh)).Code, Calls));
    }

    [Theory]
    [InlineData(200, "<html>Our new front page</html>")]
    [InlineData(200, "[]")]
    [InlineData(403, "no")]
    [InlineData(302, "")]
    public async Task A_front_page_in_the_place_of_the_first_document_leaves_the_second(int status, string body)
    {
        Server.Answer(Server.OpenIdPath, new HttpReply(status, body, "text/html"));

        Assert.NotNull(await RefreshAsync(new OAuthAuthority(Discovering), Consented()));
        Assert.Equal(2, Reads);
    }

    [Fact]
    public async Task Many_at_once_learn_the_same()
    {
        Server.Book.Rotation = OAuthRotation.None;
        var (authority, state) = (new OAuthAuthority(Discovering), Consented());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RefreshAsync(authority, state)));

        Assert.InRange(Reads, 1, 8);
        await RefreshAsync(authority, state);
        Assert.InRange(Reads, 1, 8);
    }
}
