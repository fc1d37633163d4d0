using System.Text.Json.Nodes;
using Rekey.Cli.Tests.Commands;
using Rekey.Testing.Http;
using Rekey.Testing.Postgres;
using Rekey.Testing.Vault;

namespace Rekey.Cli.Tests.Vault;

/// <summary>Each way that a configuration and the environment name a Vault, as <c>rekey check</c> tries it.</summary>
public sealed class VaultCheckTests : CommandTest
{
    private const string GitHub = """ "github": { "kind": "value", "from": "vault://secret/github#token" } """;

    private readonly VaultServer _server;

    public VaultCheckTests()
    {
        _server = new VaultServer(TimeProvider.System, value => Plant(value).Reveal());
        _server.KeyValues.Put("github", new JsonObject { ["token"] = Plant("token-of-github-in-vault").Reveal() });
        Environment["HOME"] = Folder.Path;
        Environment["VAULT_ADDR"] = _server.Address.ToString();
    }

    [Fact]
    public async Task The_variables_of_the_vault_command_are_enough()
    {
        Environment["VAULT_TOKEN"] = _server.Tokens.Create(TimeSpan.FromHours(1)).Id;

        var outcome = await CheckAsync(GitHub);

        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"(?m)^github +value +unverified +vault://secret/github", outcome.Output);
        Assert.Matches(@"(?m)^vault:token \(optional\) +vault +ready +vault:token", outcome.Output);
    }

    [Fact]
    public async Task The_file_of_the_vault_command_does_without_a_variable()
    {
        Folder.File(".vault-token", _server.Tokens.Create().Id + "\n");

        Assert.Equal(0, (await CheckAsync(GitHub)).Code);
        Assert.Equal(0, (await CheckAsync(GitHub, """ "auth": { "method": "token-file" } """)).Code);
    }

    [Fact]
    public async Task A_token_may_be_one_field_of_a_file()
    {
        Folder.File("login.json", $$"""{ "vault": "{{_server.Tokens.Create().Id}}" }""");

        Assert.Equal(0, (await CheckAsync(GitHub, """ "auth": { "method": "token", "token": "file://./login.json#vault" } """)).Code);
    }

    [Fact]
    public async Task An_application_logs_in_with_the_secret_id_of_a_file_and_leaves_nothing_behind()
    {
        Folder.File("secret-id", Plant("secret-id-of-the-role").Reveal() + "\n");
        _server.Tokens.AddAppRole("the-role", "secret-id-of-the-role");

        var outcome = await CheckAsync(GitHub, """ "auth": { "method": "approle", "roleId": "the-role", "secretId": "file://./secret-id" } """);

        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"(?m)^vault:approle \(optional\) +vault +ready", outcome.Output);
        Assert.Equal((1, 1), (_server.Tokens.LogIns, _server.Tokens.SelfRevoked));
        Assert.Empty(_server.Tokens.Active);
    }

    [Fact]
    public async Task A_pod_logs_in_with_the_token_of_its_service_account()
    {
        Folder.File("jwt", Plant("token-of-the-service-account").Reveal());
        _server.Tokens.AddJwtRole("agents", static jwt => jwt == "token-of-the-service-account");

        var outcome = await CheckAsync(GitHub, """ "auth": { "method": "kubernetes", "role": "agents", "path": "./jwt" } """);

        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"(?m)^vault:kubernetes \(optional\) +vault +ready", outcome.Output);
        Assert.Equal(1, _server.Count("/v1/auth/kubernetes/login"));
    }

    [Fact]
    public async Task A_namespace_is_that_of_the_configuration_else_of_the_variable()
    {
        (_server.Namespace, Environment["VAULT_TOKEN"]) = ("team/a", _server.Tokens.Create().Id);
        Assert.Equal(2, (await CheckAsync(GitHub)).Code);

        Assert.Equal(0, (await CheckAsync(GitHub, """ "namespace": "team/a" """)).Code);

        Environment["VAULT_NAMESPACE"] = "team/a";
        Assert.Equal(0, (await CheckAsync(GitHub)).Code);
        Assert.Equal(2, (await CheckAsync(GitHub, """ "namespace": "team/b" """)).Code);
    }

    [Fact]
    public async Task An_authority_of_ones_own_is_believed_where_it_is_named_and_only_there()
    {
        using var authority = new TestAuthority("company");
        await using var front = new TlsFront(_server.Address, authority.Issue("localhost"));
        (Environment["VAULT_ADDR"], Environment["VAULT_TOKEN"]) = (front.Address.ToString(), _server.Tokens.Create().Id);
        var file = Folder.File("ca.pem", authority.Pem);
        Assert.Equal(3, (await CheckAsync(GitHub)).Code);

        Assert.Equal(0, (await CheckAsync(GitHub, """ "caCert": "./ca.pem" """)).Code);
        Assert.Equal(0, (await CheckAsync(GitHub, """ "caCert": "~/ca.pem" """)).Code);
        Environment["VAULT_CACERT"] = file;
        Assert.Equal(0, (await CheckAsync(GitHub)).Code);
    }

    [Theory]
    [InlineData("none.pem", "the file of its certificate authorities cannot be read")]
    [InlineData("rekey.json", "the file of its certificate authorities holds no certificate in PEM")]
    public async Task A_file_of_authorities_that_holds_none_is_named_and_nothing_is_sent(string file, string message)
    {
        Environment["VAULT_TOKEN"] = _server.Tokens.Create().Id;

        var outcome = await CheckAsync(GitHub, $""" "caCert": "./{file}" """);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Output);
        Assert.Empty(_server.Calls);
    }

    [Theory]
    [InlineData(null, "no Vault is named.", "Set authorities.vault.address in rekey.json, or VAULT_ADDR.")]
    [InlineData("vault.internal", "VAULT_ADDR is no address.", "https://vault.internal:8200")]
    [InlineData("http://vault.internal:8200", "http beyond this machine", "Correct VAULT_ADDR")]
    public async Task An_address_that_is_missing_or_wrong_is_an_error_that_says_what_to_set(string? address, string message, string nextStep)
    {
        Environment["VAULT_ADDR"] = address;

        var outcome = await CheckAsync(GitHub);

        Assert.Equal(2, outcome.Code);
        Assert.Contains("[SOURCE_REFUSED] ", outcome.Output);
        Assert.Contains(message, outcome.Output);
        Assert.Contains(nextStep, outcome.Output);
    }

    [Fact]
    public async Task A_Vault_that_is_sealed_is_3_and_one_that_refuses_the_login_is_2()
    {
        _server.Mode = VaultServer.Sealed;
        var unreachable = await CheckAsync(GitHub, """ "auth": { "method": "approle", "roleId": "nobody" } """);
        _server.Mode = null;
        var refused = await CheckAsync(GitHub, """ "auth": { "method": "approle", "roleId": "nobody" } """);

        Assert.Equal((3, 2), (unreachable.Code, refused.Code));
        Assert.Contains("[VAULT_SEALED]", unreachable.Output);
        Assert.Contains("[VAULT_LOGIN_REFUSED]", refused.Output);
    }

    [Fact]
    public async Task A_missing_token_is_told_by_the_place_where_it_should_be()
    {
        var outcome = await CheckAsync(GitHub);

        Assert.Equal(3, outcome.Code);
        Assert.Contains($"{Path.Combine(Folder.Path, ".vault-token")} (neither VAULT_TOKEN nor authorities.vault.auth is set)", outcome.Output);
    }

    [Fact]
    public async Task A_Vault_that_is_not_there_is_told_by_its_address()
    {
        Environment["VAULT_ADDR"] = "http://127.0.0.1:1";
        Environment["VAULT_TOKEN"] = Plant("token-of-a-vault-that-is-not-there").Reveal();

        var outcome = await CheckAsync(GitHub);

        Assert.Equal(3, outcome.Code);
        Assert.Contains("Vault cannot be reached at http://127.0.0.1:1.", outcome.Output);
        Assert.Contains("(authorities.vault.address, else VAULT_ADDR)", outcome.Output);
    }

    [Fact]
    public async Task A_login_that_Vault_makes_is_proved_at_the_database_and_ended_with_the_check()
    {
        var postgres = await PostgresServer.SharedAsync();
        _server.Leases.Add(new VaultDatabaseRole { Name = "readonly", Create = postgres.CreateRoleAsync, Revoke = user => postgres.DropRoleAsync(user) });
        Environment["VAULT_TOKEN"] = _server.Tokens.Create().Id;

        var outcome = await CheckAsync($$"""
            "orders": {
              "kind": "database",
              "from": "vault://database/creds/readonly",
              "database": { "engine": "postgres", "host": "{{postgres.Host}}", "port": {{postgres.Port}}, "database": "postgres", "encrypt": false }
            }
            """);

        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"(?m)^orders +database +ready +vault://database/creds/readonly", outcome.Output);
        Assert.Equal((1, 1), (_server.Leases.Issued, _server.Leases.Revoked));
    }

    [Fact]
    public async Task A_Vault_that_nothing_is_read_from_is_not_asked()
    {
        Environment["TOKEN"] = Plant("token-of-the-environment").Reveal();

        var outcome = await CheckAsync(""" "github": { "kind": "value", "from": "env://TOKEN" } """, """ "auth": { "method": "approle", "roleId": "role" } """);

        Assert.Equal(0, outcome.Code);
        Assert.DoesNotContain("vault:", outcome.Output);
        Assert.Empty(_server.Calls);
    }

    private Task<Outcome> CheckAsync(string credentials, string vault = "") => RunAsync("check", "--config", Folder.File(
        "rekey.json", $$"""{ "credentials": { {{credentials}} }, "authorities": { "vault": { {{vault}} } } }"""));

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }
}
