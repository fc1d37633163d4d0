using Rekey.Azure.KeyVault;
using Rekey.Testing.Azure;

namespace Rekey.Azure.Tests.KeyVault;

public sealed class KeyVaultSourceTests : KeyVaultTest
{
    [Fact]
    public async Task A_secret_is_read_verbatim_with_its_version_and_its_end()
    {
        var content = Plant(" password of orders\n").Reveal();
        var end = Time.GetUtcNow().AddDays(30);
        var version = Server.Secrets.Put("orders", new Secret(content), end);

        var answer = await FetchAsync(Source());

        Assert.Equal((content, version), (answer.Credential.Content.Reveal(), answer.Version));
        Assert.Equal(end.ToUnixTimeSeconds(), answer.ExpiresAt?.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_token_is_asked_for_where_the_vault_says_and_shown_to_the_vault_alone()
    {
        Server.Secrets.Put("orders", Plant("password-of-orders"));

        await FetchAsync(Source());

        var request = Assert.Single(Identity.Requests);
        Assert.Equal(["https://vault.azure.net/.default"], request.Scopes);
        Assert.Equal(Server.Tenant, request.TenantId);
        Assert.Equal([false, true], Server.Calls.Select(static call => call.Header("Authorization") is not null));
        Assert.All(Server.Calls, call => Assert.Equal(Server.Host, call.Header("Host")));
    }

    [Fact]
    public async Task The_token_is_known_to_the_redactor_before_it_is_used()
    {
        Server.Secrets.Put("orders", Plant("password-of-orders"));
        var wasKnown = false;
        Server.OnToken = () => wasKnown = Learned.Knows(Token);

        await FetchAsync(Source());

        Assert.True(wasKnown);
    }

    [Fact]
    public async Task One_version_can_be_meant_and_stays_when_a_newer_one_comes()
    {
        var first = Server.Secrets.Put("orders", Plant("password-first"));
        Server.Secrets.Put("orders", Plant("password-second"));

        Assert.Equal("password-first", (await FetchAsync(Source(version: first))).Credential.Content.Reveal());
        Assert.Equal("password-second", (await FetchAsync(Source())).Credential.Content.Reveal());
    }

    [Fact]
    public async Task A_vault_of_another_cloud_is_asked_under_its_whole_name()
    {
        await using var china = new KeyVaultServer(Token, "vault.azure.cn");
        china.Secrets.Put("orders", Plant("password-in-china"));
        var source = new KeyVaultSource($"{china.Host}/orders", Vaults(Access with { Handler = china.Way() }));

        Assert.Equal("password-in-china", (await FetchAsync(source)).Credential.Content.Reveal());
        Assert.Equal(["https://vault.azure.cn/.default"], Assert.Single(Identity.Requests).Scopes);
    }

    [Fact]
    public async Task Secrets_of_one_vault_share_a_token()
    {
        Server.Secrets.Put("orders", Plant("password-of-orders"));
        Server.Secrets.Put("reports", Plant("password-of-reports"));
        var vaults = Vaults();

        await FetchAsync(new KeyVaultSource($"{Server.Name}/orders", vaults));
        await FetchAsync(new KeyVaultSource($"{Server.Name.ToUpperInvariant()}/reports", vaults));

        Assert.Single(Identity.Requests);
    }

    [Fact]
    public async Task A_rotation_becomes_a_new_lease_and_what_is_unchanged_does_not()
    {
        var first = Server.Secrets.Put("orders", Plant("password-before"));
        await using var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "orders",
            Kind = "document",
            Source = Source(),
            Time = Time,
            Logger = Logger,
        });
        Assert.Equal(first, (await credential.GetAsync()).Version);
        Assert.IsType<RefreshResult.Unchanged>(await credential.RefreshAsync(RefreshTrigger.Manual));

        var second = Server.Secrets.Put("orders", Plant("password-after"));
        var refreshed = Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Manual));

        Assert.Equal(second, refreshed.Lease.Version);
        Assert.Equal("password-after", (await credential.GetAsync()).Credential.Content.Reveal());
        Observe(credential.Status.ToString());
    }

    [Fact]
    public async Task A_secret_whose_end_is_over_by_our_clock_is_refused()
    {
        Server.Secrets.Put("orders", Plant("password-that-ends"), Time.GetUtcNow().AddHours(1));
        var source = Source();
        await FetchAsync(source);

        Time.Advance(TimeSpan.FromHours(1));
        var error = await FailureOf(source);

        Assert.Equal(("AZURE_SECRET_EXPIRED", FailureKind.Invalid, true), (error.Code, error.Kind, error.IsWithdrawal));
    }
}
