using System.Text;
using System.Text.Json.Nodes;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Vault;

namespace Rekey.Cli.Tests.Vault;

/// <summary>How long a secret that somebody has deleted is still used, as each credential says.</summary>
public sealed class RevocationLatencyTests : LeakCheckedTest
{
    private readonly VaultServer _server;
    private readonly FakeEnvironment _environment = new();

    public RevocationLatencyTests()
    {
        _server = new VaultServer(TimeProvider.System, value => Plant(value).Reveal());
        _server.KeyValues.Put("github", new JsonObject { ["token"] = Plant("token-of-github").Reveal(), ["key"] = Plant("key-of-github").Reveal() });
        (_environment["VAULT_ADDR"], _environment["VAULT_TOKEN"]) = (_server.Address.ToString(), _server.Tokens.Create().Id);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(", \"revocationLatencySeconds\": 86400", true)]
    [InlineData(", \"revocationLatencySeconds\": 0", false)]
    public async Task What_was_deleted_is_used_as_long_as_its_credential_says(string latency, bool isUsed)
    {
        await using var set = Build($$""" "token": { "kind": "value", "from": "vault://secret/github#token"{{latency}} } """);

        Assert.Equal(isUsed, await IsUsedAfterItsDeletionAsync(set, "token"));
    }

    [Fact]
    public async Task Of_those_who_share_one_reading_each_ends_by_its_own_and_none_gets_it_once_more()
    {
        await using var set = Build("""
            "token": { "kind": "value", "from": "vault://secret/github#token", "revocationLatencySeconds": 0 },
            "key": { "kind": "value", "from": "vault://secret/github#key" }
            """);

        var token = set.Configured.All.OfType<ManagedCredential<SecretValue>>().Single(static c => c.Name == "token");
        await token.GetAsync(TestContext.Current.CancellationToken);

        Assert.True(await IsUsedAfterItsDeletionAsync(set, "key"));
        Assert.IsType<RefreshResult.Failed>(await token.RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken));
        Assert.Equal(CredentialPhase.Expired, token.Status.Phase);
        Observe(await Assert.ThrowsAsync<CredentialException>(async () => await token.GetAsync(TestContext.Current.CancellationToken)));
    }

    private async Task<bool> IsUsedAfterItsDeletionAsync(CredentialSet set, string name)
    {
        var credential = set.Configured.All.OfType<ManagedCredential<SecretValue>>().Single(c => c.Name == name);
        await credential.GetAsync(TestContext.Current.CancellationToken);
        _server.KeyValues.Delete("github");

        var failed = Assert.IsType<RefreshResult.Failed>(await credential.RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken));

        Assert.Equal("VAULT_SECRET_DELETED", failed.Error.Code);
        return credential.Status.Phase is not CredentialPhase.Expired;
    }

    private CredentialSet Build(string credentials) => CredentialSet.Of(
        ConfigurationReader.Parse(Encoding.UTF8.GetBytes($$"""{ "credentials": { {{credentials}} } }"""), "/etc/rekey/rekey.json"),
        new CredentialParts { Environment = _environment, Secrets = new SecretRedactor(), Driver = DatabaseDrivers.All, Logger = Logger, Time = TimeProvider.System });

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }
}
