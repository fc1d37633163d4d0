using System.Text.Json.Nodes;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Postgres;
using Rekey.Testing.Vault;

namespace Rekey.Cli.Tests.Vault;

/// <summary>The built executable before a Vault and a real PostgreSQL.</summary>
public sealed class VaultServeTests : SessionProcessTest
{
    [Fact]
    public async Task The_token_is_a_credential_of_its_own_and_nothing_is_left_after_the_end()
    {
        var postgres = await PostgresServer.SharedAsync();
        await using var vault = new VaultServer(TimeProvider.System, Planted);
        vault.KeyValues.Put("github", new JsonObject { ["token"] = Planted("token-of-github-in-vault") });
        vault.Leases.Add(new VaultDatabaseRole { Name = "readonly", Create = postgres.CreateRoleAsync, Revoke = user => postgres.DropRoleAsync(user) });
        vault.Tokens.AddAppRole("the-role", Planted("secret-id-of-the-role"));
        var home = NewHome();
        var secretId = home.Write("secrets/secret-id", "secret-id-of-the-role");
        home.Configure($$"""
            {
              "credentials": {
                "orders": {
                  "kind": "database",
                  "from": "vault://database/creds/readonly",
                  "database": { "engine": "postgres", "host": "{{postgres.Host}}", "port": {{postgres.Port}}, "database": "postgres", "encrypt": false }
                },
                "github": { "kind": "value", "from": "vault://secret/github#token" }
              },
              "authorities": {
                "vault": { "address": "{{vault.Address}}", "auth": { "method": "approle", "roleId": "the-role", "secretId": "file://{{secretId}}" } }
              }
            }
            """);
        var server = await ServeAsync(home);

        var orders = await UntilAsync(() => ListedAsync(server, "orders"), static listed => Text(listed, "phase") == "ready");
        var github = await UntilAsync(() => ListedAsync(server, "github"), static listed => Text(listed, "phase") == "ready");
        var token = await ListedAsync(server, "vault:approle");

        Assert.Equal(("vault", "ready", null), (Text(token, "kind"), Text(token, "phase"), Text(token, "parent")));
        Assert.Equal(("vault:approle", "vault:approle"), (Text(orders, "parent"), Text(github, "parent")));
        Assert.NotNull(Text(orders, "expiresAt"));
        Assert.Null(Text(github, "expiresAt"));
        Assert.Equal(0, await server.CloseAsync());
        Assert.Empty(vault.Leases.Active);
        Assert.Empty(vault.Tokens.Active);
    }
}
