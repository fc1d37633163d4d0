using System.Text;
using Rekey.OAuth;
using Rekey.Testing.Http;
using Rekey.Testing.OAuth;

namespace Rekey.Tests.OAuth;

public sealed class RefreshTokenTests : OAuthTest
{
    [Fact]
    public async Task A_refresh_token_becomes_an_access_token_and_its_own_successor()
    {
        var began = Consented();

        var state = await RefreshAsync(began);

        Assert.True(Server.Book.Accepts(state["access_token"]!.Value.Reveal()));
        Assert.NotEqual(began["refresh_token"], state["refresh_token"]);
        Assert.Equal((Time.GetUtcNow() + Server.Book.TokenLife, Time.GetUtcNow()), (state.ExpiresAt, state.RefreshedAt));
        Assert.Equal(["grant_type", "refresh_token"], Asked.Form.Keys.Order());
        Assert.Equal("application/json", Asked.Header("Accept"));
    }

    [Fact]
    public async Task A_refresh_token_that_is_not_replaced_is_kept()
    {
        Server.Book.Rotation = OAuthRotation.None;
        var authority = new OAuthAuthority(Options);
        var state = Consented();

        for (var i = 0; i < 3; i++)
        {
            var next = await RefreshAsync(authority, state);
            Assert.Equal(state["refresh_token"], next["refresh_token"]);
            Assert.NotEqual(state["access_token"] ?? default, next["access_token"]!.Value);
            state = next;
        }
    }

    [Fact]
    public async Task Each_refresh_goes_on_from_the_last_one()
    {
        var authority = new OAuthAuthority(Options);
        var state = Consented();
        var family = Server.Book.FamilyOf(state["refresh_token"]!.Value.Reveal())!;

        for (var i = 0; i < 5; i++)
            state = await RefreshAsync(authority, state);

        Assert.Equal((5, 0, false), (family.Refreshes, family.Replays, family.IsRevoked));
    }

    [Fact]
    public async Task Scopes_audience_and_resource_are_asked_for_only_where_they_are_configured()
    {
        var authority = new OAuthAuthority(Options with { Scopes = ["read", "write"], Audience = "https://api.example.com", Resource = "urn:orders" });

        await RefreshAsync(authority, Consented());

        Assert.Equal(("read write", "https://api.example.com", "urn:orders"), (Asked.Form["scope"], Asked.Form["audience"], Asked.Form["resource"]));
    }

    [Theory]
    [InlineData("client_secret_basic", OAuthClientAuthentication.Basic)]
    [InlineData("client_secret_basic", OAuthClientAuthentication.Auto)]
    [InlineData("client_secret_post", OAuthClientAuthentication.Post)]
    [InlineData("none", OAuthClientAuthentication.None)]
    [InlineData("none", OAuthClientAuthentication.Auto)]
    public async Task A_client_proves_who_it_is_in_one_way_and_no_other(string way, OAuthClientAuthentication authentication)
    {
        Client = Server.AddClient(way);

        await RefreshAsync(new OAuthAuthority(Options with { Authentication = authentication }), Consented());

        Assert.Equal(way == "client_secret_basic", Asked.Header("Authorization") is not null);
        Assert.Equal(way != "client_secret_basic", Asked.Form.ContainsKey("client_id"));
        Assert.Equal(way == "client_secret_post", Asked.Form.ContainsKey("client_secret"));
    }

    [Fact]
    public async Task A_public_client_does_not_show_a_secret_that_it_was_given_by_mistake()
    {
        Client = Server.AddClient("none");
        var authority = new OAuthAuthority(Options with { Authentication = OAuthClientAuthentication.None });

        await authority.RefreshAsync(Consented(), Document(("client_secret", Plant("nobody-asks-for-this").Reveal())), CancellationToken.None);

        Assert.False(Asked.Form.ContainsKey("client_secret"));
        Assert.Null(Asked.Header("Authorization"));
    }

    [Fact]
    public async Task Id_and_secret_are_encoded_before_a_colon_joins_them()
    {
        Client = Server.Book.Add(new OAuthClientEntry("urn:client/1 ä", Plant("p:a+s%s &=ß~._-word").Reveal(), "client_secret_basic"));

        await RefreshAsync();

        var sent = Encoding.ASCII.GetString(Convert.FromBase64String(Asked.Header("Authorization")!["Basic ".Length..]));
        Assert.Equal("urn%3Aclient%2F1%20%C3%A4:p%3Aa%2Bs%25s%20%26%3D%C3%9F~._-word", sent);
    }

    [Fact]
    public async Task The_id_of_the_client_may_stand_beside_its_secret()
    {
        var authority = new OAuthAuthority(Options with { ClientId = null });

        var state = await authority.RefreshAsync(
            Consented(), Document(("client_id", Client.Id), ("client_secret", Client.Secret)), CancellationToken.None);

        Assert.NotNull(authority.Present(state));
    }

    [Fact]
    public async Task Every_secret_is_known_before_it_is_sent_and_every_one_that_comes_before_it_is_used()
    {
        var state = Consented();
        var isKnown = new List<bool>();
        Server.Script(OAuthServer.TokenPath, call =>
        {
            isKnown.AddRange([Knows(state["refresh_token"]!.Value.Reveal()), Knows(Client.Secret!), Knows(call.Header("Authorization")!["Basic ".Length..])]);
            return Server.Do(call);
        });

        var next = await RefreshAsync(state);

        Assert.Equal([true, true, true], isKnown);
        Assert.All(next.Fields.Values, secret => Assert.True(Knows(secret.Reveal())));
    }

    [Fact]
    public async Task Even_a_token_of_an_answer_that_is_refused_is_known()
    {
        var granted = "";
        Server.Change(OAuthServer.TokenPath, body =>
        {
            granted = (string)body["access_token"]!;
            body["token_type"] = "mac";
        });

        await FailureAsync();

        Assert.True(Knows(granted));
    }

    [Fact]
    public async Task A_refused_refresh_token_ends_the_session_and_is_never_presented_again()
    {
        var state = Consented();
        Server.Book.Revoke(Server.Book.FamilyOf(state["refresh_token"]!.Value.Reveal())!);
        var authority = new OAuthAuthority(Options);

        var first = await FailureAsync(authority, state);
        var second = await FailureAsync(authority, state);

        Assert.Equal(("SESSION_REVOKED", false, FailureKind.NeedsUser), (first.Code, first.Retryable, first.Kind));
        Assert.Equal(first, second);
        Assert.Equal(1, Calls);
        Assert.Contains("refresh_token", first.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_refresh_token_is_asked_for_after_an_older_one_was_refused()
    {
        var authority = new OAuthAuthority(Options);
        await FailureAsync(authority, State(Plant("never-granted-by-anybody").Reveal()));

        Assert.NotNull((await RefreshAsync(authority, Consented()))["access_token"]);
    }

    [Fact]
    public async Task After_a_lost_answer_a_strict_server_refuses_and_the_session_is_over()
    {
        var authority = new OAuthAuthority(Options);
        var state = Consented();
        var family = Server.Book.FamilyOf(state["refresh_token"]!.Value.Reveal())!;
        Server.Break(OAuthServer.TokenPath, WireFault.LostReply);

        var lost = await FailureAsync(authority, state);
        var refused = await FailureAsync(authority, state);

        Assert.Equal(("NETWORK_ERROR", true), (lost.Code, lost.Retryable));
        Assert.Equal("SESSION_REVOKED", refused.Code);
        Assert.True(family.IsRevoked);
    }

    [Fact]
    public async Task After_a_lost_answer_a_forgiving_server_goes_on_from_the_same_token()
    {
        Server.Book.Rotation = new OAuthRotation(Rotates: true, Grace: 1);
        var authority = new OAuthAuthority(Options);
        var state = Consented();
        Server.Break(OAuthServer.TokenPath, WireFault.LostReply);

        await FailureAsync(authority, state);
        var next = await RefreshAsync(authority, state);

        Assert.True(Server.Book.Accepts(next["access_token"]!.Value.Reveal()));
        Assert.NotNull(await RefreshAsync(authority, next));
    }

    [Fact]
    public async Task A_session_without_a_refresh_token_is_not_asked_for()
    {
        var authority = new OAuthAuthority(Options);
        var state = State(null, Plant("an-access-token-alone").Reveal());

        Assert.Equal("REFRESH_NOT_AVAILABLE", authority.WhyNotRefreshable(state)!.Code);
        Assert.Equal("REFRESH_NOT_AVAILABLE", (await FailureAsync(authority, state)).Code);
        Assert.Equal(0, Calls);
    }
}
