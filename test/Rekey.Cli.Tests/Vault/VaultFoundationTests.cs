using System.Text;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Cli.Tests.Configuration;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Vault;

/// <summary>What the token of a configuration stands on.</summary>
public sealed class VaultFoundationTests : LeakCheckedTest
{
    private readonly TemporaryFolder _home = new();

    [Theory]
    [InlineData("""{ "method": "approle", "roleId": "role", "secretId": "aws-sm://vault/secret-id?profile=work&region=eu-central-1" }""")]
    [InlineData("""{ "method": "jwt", "jwt": "aws-sm://vault/jwt?profile=work&region=eu-central-1" }""")]
    [InlineData("""{ "method": "token", "token": "aws-sm://vault/token?profile=work&region=eu-central-1" }""")]
    public async Task A_login_whose_input_needs_a_session_stands_on_it_and_says_who_has_to_sign_in(string auth)
    {
        Directory.CreateDirectory(Path.Combine(_home.Path, ".aws"));
        _home.File(".aws/config", """
            [profile work]
            sso_session = company
            sso_account_id = 123456789012
            sso_role_name = reader
            region = eu-central-1

            [sso-session company]
            sso_start_url = https://company.awsapps.com/start
            sso_region = eu-central-1
            """);
        await using var set = Build(auth);

        var github = Assert.IsAssignableFrom<ManagedCredential>(set.Configured.All.Single(static c => c.Name == "github"));
        var token = set.Configured.All.Single(static c => c.Kind == "vault");
        var session = set.Configured.All.Single(c => c.Name == token.Status.Parent);
        var failed = Assert.IsType<RefreshResult.Failed>(await github.RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken));

        Assert.Equal("aws-sso", session.Kind);
        Assert.Equal(FailureKind.NeedsUser, failed.Error.Kind);
        Assert.True(token.CanSignIn);
        Observe(failed.Error.ToString());
    }

    private CredentialSet Build(string auth) => CredentialSet.Of(
        ConfigurationReader.Parse(
            Encoding.UTF8.GetBytes($$"""
                { "credentials": { "github": { "kind": "value", "from": "vault://secret/github#token" } },
                  "authorities": { "vault": { "address": "http://localhost:1", "auth": {{auth}} } } }
                """),
            "/nowhere/rekey.json"),
        new CredentialParts
        {
            Environment = new FakeEnvironment { ["HOME"] = _home.Path },
            Secrets = new SecretRedactor(),
            Driver = DatabaseDrivers.All,
            Logger = Logger,
            Time = TimeProvider.System,
        });

    public override async ValueTask DisposeAsync()
    {
        _home.Dispose();
        await base.DisposeAsync();
    }
}
