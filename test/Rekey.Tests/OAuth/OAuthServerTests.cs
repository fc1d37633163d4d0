using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Rekey.Testing.Http;
using Rekey.Testing.OAuth;

namespace Rekey.Tests.OAuth;

/// <summary>What the other tests believe of the server on loopback, asked by a plain client.</summary>
public sealed class OAuthServerTests : OAuthTest
{
    [Fact]
    public async Task A_spent_token_that_comes_back_revokes_the_whole_family()
    {
        var granted = Server.Book.Consented(Client.Id);
        var next = await AskAsync(Refresh(granted.RefreshToken!));
        Assert.True(Server.Book.Accepts((string)next["access_token"]!));
        Assert.True(await IsServedAsync(granted.AccessToken));

        Assert.Equal("invalid_grant", (string?)(await AskAsync(Refresh(granted.RefreshToken!)))["error"]);

        Assert.Equal("invalid_grant", (string?)(await AskAsync(Refresh((string)next["refresh_token"]!)))["error"]);
        Assert.Equal((1, 1, true), (granted.Family.Refreshes, granted.Family.Replays, granted.Family.IsRevoked));
        Assert.False(await IsServedAsync(granted.AccessToken));
        Assert.False(await IsServedAsync((string)next["access_token"]!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_server_with_grace_takes_a_spent_token_as_often_as_it_says(int grace)
    {
        Server.Book.Rotation = new OAuthRotation(Rotates: true, grace);
        var granted = Server.Book.Consented(Client.Id);

        for (var i = 0; i <= grace; i++)
            Assert.NotNull((await AskAsync(Refresh(granted.RefreshToken!)))["refresh_token"]);
        Assert.False(granted.Family.IsRevoked);

        Assert.Equal("invalid_grant", (string?)(await AskAsync(Refresh(granted.RefreshToken!)))["error"]);
        Assert.Equal((grace + 1, grace + 1, true), (granted.Family.Refreshes, granted.Family.Replays, granted.Family.IsRevoked));
    }

    [Fact]
    public async Task A_server_without_rotation_answers_with_access_tokens_alone()
    {
        Server.Book.Rotation = OAuthRotation.None;
        var granted = Server.Book.Consented(Client.Id);

        for (var i = 0; i < 3; i++)
            Assert.False((await AskAsync(Refresh(granted.RefreshToken!))).ContainsKey("refresh_token"));

        Assert.Equal((3, 0), (granted.Family.Refreshes, granted.Family.Replays));
    }

    [Fact]
    public async Task Of_many_that_present_one_token_at_once_a_strict_server_serves_one()
    {
        var granted = Server.Book.Consented(Client.Id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => AskAsync(Refresh(granted.RefreshToken!))));

        Assert.Single(answers, static a => a.ContainsKey("access_token"));
        Assert.Equal((1, 1, true), (granted.Family.Refreshes, granted.Family.Replays, granted.Family.IsRevoked));
    }

    [Fact]
    public async Task A_family_is_told_from_another_and_belongs_to_its_client()
    {
        var granted = Server.Book.Consented(Client.Id);
        var other = Server.Book.Consented(Client.Id);
        var next = await AskAsync(Refresh(granted.RefreshToken!));
        Assert.Same(granted.Family, Server.Book.FamilyOf((string)next["refresh_token"]!));
        Assert.NotSame(granted.Family, other.Family);
        Assert.Null(Server.Book.FamilyOf("nobody's"));

        Client = Server.AddClient();
        Assert.Equal("invalid_grant", (string?)(await AskAsync(Refresh(other.RefreshToken!)))["error"]);
        Assert.False(other.Family.IsRevoked);
    }

    [Fact]
    public async Task A_token_lives_as_long_as_it_was_told_by_the_clock_of_the_server()
    {
        Server.Book.TokenLife = TimeSpan.FromMinutes(5);
        var granted = await AskAsync(Refresh(Server.Book.Consented(Client.Id).RefreshToken!));
        var token = (string)granted["access_token"]!;

        Assert.Equal(300, (int)granted["expires_in"]!);
        Time.Advance(TimeSpan.FromSeconds(299));
        Assert.True(await IsServedAsync(token));
        Server.Ahead = TimeSpan.FromSeconds(1);
        Assert.False(await IsServedAsync(token));
    }

    [Fact]
    public async Task Its_clock_is_the_one_that_its_answers_carry()
    {
        Server.Ahead = TimeSpan.FromHours(-3);

        using var response = await Http.GetAsync(new Uri(Server.Address, Server.OpenIdPath));

        Assert.Equal(Time.GetUtcNow() - TimeSpan.FromHours(3), response.Headers.Date);
    }

    [Theory]
    [InlineData("client_secret_basic", "client_secret_post")]
    [InlineData("client_secret_basic", "none")]
    [InlineData("client_secret_post", "client_secret_basic")]
    [InlineData("client_secret_post", "none")]
    public async Task A_client_is_taken_in_its_own_way_alone(string way, string tried)
    {
        Client = Server.AddClient(way);
        var form = Refresh(Server.Book.Consented(Client.Id).RefreshToken!);

        Assert.Equal("invalid_client", (string?)(await AskAsync(form, Client with { Way = tried }))["error"]);
        Assert.Equal("invalid_client", (string?)(await AskAsync(form, Client with { Secret = "a wrong one" }))["error"]);
        Assert.Equal("invalid_client", (string?)(await AskAsync(form, Client with { Id = "nobody" }))["error"]);
        Assert.True((await AskAsync(form)).ContainsKey("access_token"));
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_refused_by_its_code()
    {
        Server.Book.Scopes = ["read"];
        var token = Server.Book.Consented(Client.Id).RefreshToken!;
        foreach (var (form, error) in new (Dictionary<string, string>, string)[]
        {
            (new() { ["scope"] = "read" }, "invalid_request"),
            (new() { ["grant_type"] = "refresh_token" }, "invalid_request"),
            (new() { ["grant_type"] = "password" }, "unsupported_grant_type"),
            (new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token, ["scope"] = "read write" }, "invalid_scope"),
            (new() { ["grant_type"] = "refresh_token", ["refresh_token"] = "nobody's" }, "invalid_grant"),
        })
            Assert.Equal(error, (string?)(await AskAsync(form))["error"]);

        using var json = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(Server.TokenEndpoint, json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_public_client_gets_nothing_for_itself()
    {
        Client = Server.AddClient("none");

        Assert.Equal("unauthorized_client", (string?)(await AskAsync(new() { ["grant_type"] = "client_credentials" }))["error"]);
        Assert.Equal(0, Server.Book.OwnGrants);
    }

    [Theory]
    [InlineData("allow", null)]
    [InlineData("deny", "access_denied")]
    public async Task A_browser_of_another_process_decides_too(string decision, string? error)
    {
        var offer = await AskAsync(new() { ["client_id"] = Client.Id }, path: OAuthServer.DevicePath);
        var redeem = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code",
            ["device_code"] = (string)offer["device_code"]!,
        };
        Assert.Equal("authorization_pending", (string?)(await AskAsync(redeem))["error"]);
        Assert.Equal("slow_down", (string?)(await AskAsync(redeem))["error"]);
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("slow_down", (string?)(await AskAsync(redeem))["error"]);

        using var page = await Http.GetAsync(new Uri($"{offer["verification_uri_complete"]}&decision={decision}"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(error, (string?)(await AskAsync(redeem))["error"]);
        Assert.Equal("invalid_grant", (string?)(await AskAsync(redeem))["error"]); // a code is good once
    }

    [Fact]
    public async Task A_code_ends_and_an_unknown_one_has_no_page()
    {
        var offer = await AskAsync(new() { ["client_id"] = Client.Id }, path: OAuthServer.DevicePath);
        Time.Advance(Server.Book.DeviceLife);
        var redeem = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code",
            ["device_code"] = (string)offer["device_code"]!,
        };

        Assert.Equal("expired_token", (string?)(await AskAsync(redeem))["error"]);
        using var page = await Http.GetAsync(new Uri(Server.Address, $"{OAuthServer.PagePath}?user_code=FAKE-9999"));
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Throws<InvalidOperationException>(() => Server.Human.Enter("FAKE-9999"));
        Assert.Throws<InvalidOperationException>(() => Server.Human.Open(new Uri("https://evil.example.com/?user_code=FAKE-0001")));
    }

    [Fact]
    public async Task What_is_scripted_happens_once_and_in_order_and_a_lost_answer_was_granted()
    {
        Server.Answer(OAuthServer.TokenPath, OAuthReplies.Busy(7)).Break(OAuthServer.TokenPath, WireFault.LostReply);
        var granted = Server.Book.Consented(Client.Id);

        using (var busy = await SendAsync(Refresh(granted.RefreshToken!), Client, OAuthServer.TokenPath))
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7)), (busy.StatusCode, busy.Headers.RetryAfter!.Delta));
        Assert.Equal(0, granted.Family.Refreshes);
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(Refresh(granted.RefreshToken!)));
        Assert.Equal(1, granted.Family.Refreshes);

        Assert.Equal("invalid_grant", (string?)(await AskAsync(Refresh(granted.RefreshToken!)))["error"]);
        Assert.Equal(3, Calls);
    }

    private static Dictionary<string, string> Refresh(string token) => new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token };

    private async Task<bool> IsServedAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Address, OAuthServer.ServicePath));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var response = await Http.SendAsync(request);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private async Task<JsonObject> AskAsync(Dictionary<string, string> form, OAuthClientEntry? client = null, string path = OAuthServer.TokenPath)
    {
        using var response = await SendAsync(form, client ?? Client, path);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(!body.ContainsKey("error"), response.IsSuccessStatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        return body;
    }

    private async Task<HttpResponseMessage> SendAsync(Dictionary<string, string> form, OAuthClientEntry client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server.Address, path));
        var sent = new Dictionary<string, string>(form);
        if (client.Way == "client_secret_basic")
        {
            var pair = $"{client.Id}:{Uri.EscapeDataString(client.Secret!)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }
        else
        {
            sent["client_id"] = client.Id;
            if (client.Way == "client_secret_post")
                sent["client_secret"] = client.Secret!;
        }
        using var content = new FormUrlEncodedContent(sent);
        request.Content = content;
        return await Http.SendAsync(request);
    }
}
