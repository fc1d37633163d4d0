using Rekey.OAuth;

namespace Rekey.Tests.OAuth;

public sealed class BeginTests : OAuthTest
{
    [Fact]
    public void A_configured_refresh_token_begins_a_session_that_can_only_be_refreshed()
    {
        var authority = new OAuthAuthority(Options);

        var state = authority.Begin(Configured(Plant("configured-refresh-token").Reveal()))!;

        Assert.Equal(["refresh_token"], state.Fields.Keys);
        Assert.Null(authority.Present(state));
        Assert.Null(authority.WhyNotRefreshable(state));
        Assert.Equal((null, null), (state.ExpiresAt, state.RefreshedAt));
        Assert.True(Knows("configured-refresh-token"));
        Assert.True(Knows(Client.Secret!));
    }

    [Fact]
    public void A_configured_access_token_is_presented_at_once()
    {
        var authority = new OAuthAuthority(Options with { ClientId = "web" });
        Plant("configured-access-token");

        var state = authority.Begin(Document(("refresh_token", "configured-refresh-token"), ("access_token", "configured-access-token")))!;

        Assert.Equal("configured-access-token", authority.Present(state)!.AccessToken.Reveal());
    }

    [Theory]
    [InlineData("refresh_token", null, "missing")]
    [InlineData("refresh_token", "", "empty")]
    [InlineData("refresh_token", "two words in it", "characters")]
    [InlineData("refresh_token", "a-line\nand-another", "line breaks")]
    [InlineData("refresh_token", "naïve-token", "characters")]
    [InlineData("access_token", "two words in it", "characters")]
    [InlineData("client_secret", "", "empty")]
    [InlineData("client_secret", "secret-with\nline", "line breaks")]
    public void What_cannot_be_used_is_named_and_not_repeated(string field, string? value, string problem)
    {
        if (value is { Length: > 0 })
            Plant(value);
        var fields = new Dictionary<string, string?> { ["refresh_token"] = "good-refresh-token", ["client_secret"] = "good-client-secret", [field] = value };

        var error = Observe(Assert.Throws<CredentialException>(() => new OAuthAuthority(Options).Begin(Document(fields.Select(static f => (f.Key, f.Value)))))).Error;

        Assert.Equal(("SECRET_INVALID", false), (error.Code, error.Retryable));
        Assert.Contains($"{field}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("'orders'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OAuthGrant.RefreshToken, OAuthClientAuthentication.Basic, "client_secret")]
    [InlineData(OAuthGrant.RefreshToken, OAuthClientAuthentication.Post, "client_secret")]
    [InlineData(OAuthGrant.ClientCredentials, OAuthClientAuthentication.Auto, "client_secret")]
    public void A_client_that_must_prove_who_it_is_needs_a_secret(OAuthGrant grant, OAuthClientAuthentication authentication, string field)
    {
        var authority = new OAuthAuthority(Options with { Grant = grant, Authentication = authentication });

        var error = Assert.Throws<CredentialException>(() => authority.Begin(Document(("refresh_token", "good-refresh-token")))).Error;

        Assert.Contains($"{field}: missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_without_an_id_is_none()
    {
        var error = Assert.Throws<CredentialException>(() => new OAuthAuthority(Options with { ClientId = null }).Begin(Configured("good-refresh-token"))).Error;

        Assert.Contains("client_id: missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_is_no_document_has_no_refresh_token()
    {
        var error = Assert.Throws<CredentialException>(() => new OAuthAuthority(Options).Begin(SecretDocument.FromText(Plant("just-some-text")))).Error;

        Assert.Contains("refresh_token: missing", Observe(error.Message), StringComparison.Ordinal);
    }

    [Fact]
    public void An_access_token_is_presented_until_it_ends()
    {
        var authority = new OAuthAuthority(Options);
        var state = State(null, "an-access-token") with { ExpiresAt = Time.GetUtcNow() + TimeSpan.FromMinutes(5) };

        Assert.NotNull(authority.Present(state));
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(authority.Present(state));
        Assert.NotNull(authority.Present(state with { ExpiresAt = null }));
    }

    [Fact]
    public async Task Nobody_is_asked_whether_a_token_is_good()
    {
        Assert.Null(await new OAuthAuthority(Options).VerifyAsync(new OAuthCredential(new Secret("an-access-token")), CancellationToken.None));
    }

    [Fact]
    public void It_prints_a_name_and_its_credential_is_one_field()
    {
        Assert.Equal("oauth:fake", new OAuthAuthority(Options).Reference);
        var credential = new OAuthCredential(Plant("an-access-token"));
        Assert.Equal("an-access-token", credential.Document.Field("access_token")!.Value.Reveal());
        Observe($"{credential}");
    }

    [Theory]
    [InlineData("http://login.example.com/token")]
    [InlineData("https://user@login.example.com/token")]
    [InlineData("https://login.example.com/token#part")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/token")]
    public void Secrets_go_to_no_address_that_others_could_listen_at(string address)
    {
        Assert.Contains("tokenEndpoint", Assert.Throws<ArgumentException>(() => new OAuthAuthority(Options with { TokenEndpoint = new Uri(address) })).Message, StringComparison.Ordinal);
        Assert.Contains("deviceEndpoint", Assert.Throws<ArgumentException>(() => new OAuthAuthority(Options with { DeviceEndpoint = new Uri(address) })).Message, StringComparison.Ordinal);
        Assert.Contains("issuer", Assert.Throws<ArgumentException>(() => new OAuthAuthority(Options with { Issuer = new Uri(address) })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_themselves_name_their_keys()
    {
        var bare = new OAuthOptions { Credential = "orders", Label = "fake", Http = Http };

        Assert.StartsWith("issuer: missing", Assert.Single(bare.Problems()), StringComparison.Ordinal);
        Assert.StartsWith("deviceEndpoint: missing", Assert.Single((Options with { Grant = OAuthGrant.DeviceCode }).Problems()), StringComparison.Ordinal);
        Assert.StartsWith("clientAuth: none", Assert.Single((Options with { Grant = OAuthGrant.ClientCredentials, Authentication = OAuthClientAuthentication.None }).Problems()), StringComparison.Ordinal);
        Assert.StartsWith("issuer: has a query", Assert.Single((Options with { Issuer = new Uri("https://login.example.com/?a=b") }).Problems()), StringComparison.Ordinal);
        Assert.StartsWith("tokenEndpoint: neither", Assert.Single((Options with { TokenEndpoint = new Uri("/token", UriKind.Relative) }).Problems()), StringComparison.Ordinal);
        Assert.Empty((Options with { TokenEndpoint = new Uri("https://login.example.com/oauth/token?v=2") }).Problems());
    }
}
