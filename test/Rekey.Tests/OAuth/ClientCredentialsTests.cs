using Rekey.OAuth;
using Rekey.Testing.OAuth;

namespace Rekey.Tests.OAuth;

public sealed class ClientCredentialsTests : OAuthTest
{
    private OAuthOptions ForItself => Options with { Grant = OAuthGrant.ClientCredentials };

    [Fact]
    public async Task A_client_begins_with_nothing_and_gets_a_token_for_itself()
    {
        var authority = new OAuthAuthority(ForItself with { Scopes = ["orders.read"], Audience = "orders" });
        var began = authority.Begin(Configured())!;

        var state = await RefreshAsync(authority, began);

        Assert.Empty(began.Fields);
        Assert.Null(authority.Present(began));
        Assert.Null(authority.WhyNotRefreshable(began));
        Assert.False(authority.SpendsWhatItRefreshes);
        Assert.False(authority.CanSignIn);
        Assert.Equal(["access_token"], state.Fields.Keys);
        Assert.Equal(("client_credentials", "orders.read", "orders"), (Asked.Form["grant_type"], Asked.Form["scope"], Asked.Form["audience"]));
        Assert.True(Server.Book.Accepts(authority.Present(state)!.AccessToken.Reveal()));
    }

    [Fact]
    public async Task A_refresh_token_that_comes_along_is_not_kept()
    {
        Server.Change(OAuthServer.TokenPath, body => body["refresh_token"] = Plant("a-refresh-token-too-many").Reveal());
        var authority = new OAuthAuthority(ForItself);

        var state = await RefreshAsync(authority, State(null));

        Assert.Equal(["access_token"], state.Fields.Keys);
        Assert.True(Knows("a-refresh-token-too-many"));
        Assert.NotNull(await RefreshAsync(authority, state));
        Assert.Equal(2, Server.Book.OwnGrants);
    }

    [Fact]
    public async Task A_refused_client_is_a_matter_of_its_configuration_and_is_asked_again()
    {
        var authority = new OAuthAuthority(ForItself);
        Server.Answer(OAuthServer.TokenPath, OAuthReplies.Error("invalid_grant"));

        var error = await FailureAsync(authority, State(null));

        Assert.Equal("INVALID_RESPONSE", error.Code);
        Assert.Contains("client_secret", error.NextStep, StringComparison.Ordinal);
        Assert.NotNull(await RefreshAsync(authority, State(null)));
    }
}
