using Rekey.Vault;

namespace Rekey.Tests.Vault;

public sealed class OptionsTests : VaultTest
{
    [Theory]
    [InlineData("https://vault.internal:8200", false)]
    [InlineData("https://vault.internal/behind/a/proxy", false)]
    [InlineData("http://127.0.0.1:8200", false)]
    [InlineData("http://localhost:8200/", false)]
    [InlineData("http://[::1]:8200", false)]
    [InlineData("http://vault.internal:8200", true)]
    [InlineData("http://10.0.0.1:8200", true)]
    [InlineData("ftp://vault.internal", true)]
    [InlineData("unix:///run/vault.sock", true)]
    [InlineData("https://somebody@vault.internal", true)]
    [InlineData("https://vault.internal?a=b", true)]
    public void Tokens_travel_in_the_clear_to_nobody_but_this_machine(string address, bool isProblem) =>
        Assert.Equal(isProblem, (Options with { Address = new Uri(address) }).Problems().Any());

    [Fact]
    public void Whoever_means_http_says_so() =>
        Assert.Empty((Options with { Address = new Uri("http://vault.internal:8200"), AllowHttp = true }).Problems());

    [Theory]
    [InlineData("team", false)]
    [InlineData("/team/a/", false)]
    [InlineData("team//a", true)]
    [InlineData("..", true)]
    public void A_namespace_is_a_path_of_names(string name, bool isProblem) =>
        Assert.Equal(isProblem, (Options with { Namespace = name }).Problems().Any());

    [Fact]
    public void A_login_with_options_that_cannot_be_meant_is_not_made() =>
        Assert.Throws<ArgumentException>(() => new VaultTokenSource(Options with { Address = new Uri("http://vault.internal") }, AppRole));

    [Fact]
    public async Task A_Vault_below_a_path_of_a_proxy_is_asked_there()
    {
        await FailureAsync(async () => await LogIn(options: Options with { Address = new Uri(Server.Address, "/behind/a/proxy/") }).GetAsync());

        Assert.Equal("/behind/a/proxy/v1/auth/approle/login", Assert.Single(Server.Calls).Path);
    }

    [Fact]
    public void A_login_prints_no_secret() => Observe($"{AppRole} {Options} {new VaultToken(Plant("a-token-to-be-printed"))}");
}
