using System.Text;
using Rekey.Cli.Configuration;
using Rekey.OAuth;

namespace Rekey.Cli.Tests.Configuration;

public sealed class ReadingTests
{
    [Fact]
    public void A_file_with_everything_in_it_is_read()
    {
        var configuration = Parse("""
            {
              "$schema": "./rekey.schema.json",
              // people explain themselves
              "credentials": {
                "orders": { "kind": "database", "from": "file:///run/secrets/orders#url" },
                "reports": {
                  "kind": "database",
                  "from": ["file://./reports.json", { "username": "env://REPORTS#user", "password": "env://REPORTS#password" }],
                  "database": { "engine": "postgres", "host": "db.internal", "port": 5433, "database": "reports", "username": "reader", "encrypt": true, "trustServerCertificate": true },
                  "required": false, /* even here */
                },
                "key": { "kind": "value", "from": "credential://orders#url", "sensitive": false, "revocationLatencySeconds": 60 },
              },
            }
            """);

        var (orders, reports, key) = (configuration.Credentials[0], configuration.Credentials[1], configuration.Credentials[2]);
        Assert.Equal(["orders", "reports", "key"], configuration.Credentials.Select(static c => c.Name));
        Assert.Equal("url", Assert.IsType<Origin.Single>(Assert.Single(orders.From)).Reference.Field);
        Assert.Null(orders.Database);
        Assert.True(orders is { Kind: CredentialKind.Database, IsRequired: true, IsSensitive: true });
        Assert.Equal("./reports.json", Assert.IsType<Origin.Single>(reports.From[0]).Reference.Path);
        Assert.Equal(["password", "username"], Assert.IsType<Origin.Composed>(reports.From[1]).Parts.Keys.Order());
        Assert.Equal(
            new Databases.DatabaseParts { Engine = "postgres", Host = "db.internal", Port = 5433, Database = "reports", UserName = "reader", Encrypt = true, TrustServerCertificate = true },
            reports.Database);
        Assert.False(reports.IsRequired);
        Assert.True(key is { Kind: CredentialKind.Value, IsSensitive: false });
        Assert.Equal((null, TimeSpan.FromMinutes(1)), (orders.RevocationLatency, key.RevocationLatency));
    }

    [Fact]
    public void A_slack_credential_with_everything_in_it_is_read()
    {
        var slack = Only("""
            "kind": "slack",
            "from": [{ "token": "env://T", "cookie": "env://C", "refresh_token": "env://R", "client_secret": "env://S" }, "file:///run/secrets/slack"],
            "workspace": "https://ACME.slack.com/", "clientId": "1.2", "refreshIntervalDays": 365, "autoRefresh": false,
            "address": "http://127.0.0.1:8080", "import": "~/.slack-mcp-server/credentials.json", "required": false
            """);

        Assert.True(slack is { Kind: CredentialKind.Slack, IsRequired: false, IsSensitive: true, OAuth: null });
        Assert.Equal(["client_secret", "cookie", "refresh_token", "token"], Assert.IsType<Origin.Composed>(slack.From[0]).Parts.Keys.Order());
        Assert.Equal("file:///run/secrets/slack", Assert.IsType<Origin.Single>(slack.From[1]).Reference.Text);
        Assert.Equal(
            new SlackConfiguration
            {
                Workspace = "acme",
                ClientId = "1.2",
                RefreshInterval = TimeSpan.FromDays(365),
                IsScheduled = false,
                Address = new Uri("http://127.0.0.1:8080"),
                Import = "~/.slack-mcp-server/credentials.json",
            },
            slack.Slack);
    }

    [Fact]
    public void Of_a_slack_credential_only_its_secrets_are_needed()
    {
        var slack = Only("""  "kind": "slack", "from": { "token": "env://T" } """);

        Assert.True(slack.IsRequired);
        Assert.Equal(new SlackConfiguration { RefreshInterval = TimeSpan.FromDays(7), IsScheduled = true }, slack.Slack);
    }

    [Fact]
    public void An_organization_is_a_workspace_too() =>
        Assert.Equal("acme.enterprise", Only("""  "kind": "slack", "workspace": "acme.enterprise.slack.com", "from": { "token": "env://T" } """).Slack!.Workspace);

    [Fact]
    public void An_oauth_credential_with_everything_in_it_is_read()
    {
        var crm = Only("""
            "kind": "oauth", "grant": "refresh_token",
            "from": { "refresh_token": "env://R", "client_secret": "env://S" },
            "issuer": "https://login.example.com/tenant", "tokenEndpoint": "https://login.example.com/token", "deviceEndpoint": "http://localhost:8080/device",
            "clientId": "me", "clientAuth": "post", "scopes": ["orders.read", "offline_access"], "audience": "https://crm.example.com",
            "resource": "urn:crm", "required": false
            """);

        Assert.True(crm is { Kind: CredentialKind.OAuth, IsRequired: false, Slack: null });
        Assert.Equal(["client_secret", "refresh_token"], Assert.IsType<Origin.Composed>(Assert.Single(crm.From)).Parts.Keys.Order());
        Assert.Equal(
            new OAuthConfiguration
            {
                Grant = OAuthGrant.RefreshToken,
                Issuer = new Uri("https://login.example.com/tenant"),
                TokenEndpoint = new Uri("https://login.example.com/token"),
                DeviceEndpoint = new Uri("http://localhost:8080/device"),
                ClientId = "me",
                Authentication = OAuthClientAuthentication.Post,
                Scopes = crm.OAuth!.Scopes,
                Audience = "https://crm.example.com",
                Resource = "urn:crm",
            },
            crm.OAuth);
        Assert.Equal(["orders.read", "offline_access"], crm.OAuth.Scopes);
    }

    [Theory]
    [InlineData("refresh_token", (int)OAuthGrant.RefreshToken)]
    [InlineData("client_credentials", (int)OAuthGrant.ClientCredentials)]
    [InlineData("device_code", (int)OAuthGrant.DeviceCode)]
    public void Every_grant_has_its_word(string word, int grant) =>
        Assert.Equal(
            (OAuthGrant)grant,
            Only($$"""  "kind": "oauth", "grant": "{{word}}", "clientId": "me", "issuer": "https://login.example.com", "from": "env://A" """).OAuth!.Grant);

    [Fact]
    public void Only_a_sign_in_with_a_code_needs_nothing_to_begin_with()
    {
        var github = Only("""
            "kind": "oauth", "grant": "device_code", "clientId": "me",
            "tokenEndpoint": "https://github.com/login/oauth/access_token", "deviceEndpoint": "https://github.com/login/device/code"
            """);

        Assert.Empty(github.From);
        Assert.True(github.OAuth is { Grant: OAuthGrant.DeviceCode, Authentication: OAuthClientAuthentication.Auto, Issuer: null, Scopes: [] });
    }

    [Fact]
    public void A_value_is_proved_by_an_address()
    {
        Assert.Equal(
            new VerifyConfiguration.Http(new Uri("https://api.github.com/user?x=1"), "Authorization", "Bearer "),
            VerifyIn("""  "with": "http", "url": "https://api.github.com/user?x=1" """));
        Assert.Equal(
            new VerifyConfiguration.Http(new Uri("http://127.0.0.1:8080/"), "authorization", "Basic "),
            VerifyIn("""  "with": "http", "url": "http://127.0.0.1:8080/", "header": "authorization", "prefix": "Basic " """));
        Assert.Equal("", Assert.IsType<VerifyConfiguration.Http>(VerifyIn("""  "with": "http", "url": "https://a.example", "prefix": "" """)).Prefix);
        Assert.Equal("", Assert.IsType<VerifyConfiguration.Http>(VerifyIn("""  "with": "http", "url": "https://a.example", "header": "X-API-Key" """)).Prefix);
    }

    [Theory]
    [InlineData("cache.internal", "cache.internal")]
    [InlineData("redis_cache", "redis_cache")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("[fd00::1]", "fd00::1")]
    [InlineData("fd00::1", "fd00::1")]
    public void A_value_is_proved_by_redis(string written, string host)
    {
        Assert.Equal(new VerifyConfiguration.Redis(host, 6379, null, Tls: true), VerifyIn($"""  "with": "redis", "host": "{written}" """));
        Assert.Equal(
            new VerifyConfiguration.Redis(host, 6380, "app", Tls: false),
            VerifyIn($"""  "with": "redis", "host": "{written}", "port": 6380, "username": "app", "tls": false """));
    }

    [Fact]
    public void A_value_is_proved_by_a_database()
    {
        Assert.Equal(
            new VerifyConfiguration.Database(new Databases.DatabaseParts
            {
                Engine = "sqlserver",
                Host = "db",
                Port = 1434,
                Database = "orders",
                UserName = "app",
                Encrypt = true,
                TrustServerCertificate = true,
            }),
            VerifyIn("""
                "with": "sqlserver", "host": "db", "port": 1434, "database": "orders", "username": "app", "encrypt": true, "trustServerCertificate": true
                """));
        Assert.Equal(new VerifyConfiguration.Database(new Databases.DatabaseParts { Engine = "postgres" }), VerifyIn("""  "with": "postgres" """));
    }

    [Fact]
    public void That_nothing_proves_a_value_may_be_said()
    {
        Assert.Equal(new VerifyConfiguration.Nothing(), VerifyIn("""  "with": "none" """));
        Assert.Null(Only("""  "kind": "value", "from": "env://A" """).Verify);
    }

    [Fact]
    public void A_Vault_with_everything_in_it_is_read()
    {
        var vault = Vault("""
            "address": "https://vault.internal:8200/vault", "namespace": "team/a", "caCert": "./ca.pem", "allowHttp": true,
            "auth": { "method": "approle", "roleId": "role", "secretId": "file:///run/secrets/login#id", "wrapped": true, "mount": "machines" }
            """);

        Assert.Equal(
            new VaultConfiguration
            {
                Address = "https://vault.internal:8200/vault",
                Namespace = "team/a",
                CaCert = "./ca.pem",
                AllowHttp = true,
                Method = "approle",
                RoleId = "role",
                SecretId = vault.SecretId,
                IsWrapped = true,
                Mount = "machines",
            },
            vault);
        Assert.Equal("file:///run/secrets/login#id", vault.SecretId!.Text);
    }

    [Fact]
    public void Every_other_way_to_log_in_at_Vault_has_its_words()
    {
        Assert.Equal("env://T", Vault("""  "auth": { "method": "token", "token": "env://T" } """).Token!.Text);
        Assert.True(Vault("""  "auth": { "method": "token-file" } """) is { Method: "token-file", Path: null });
        Assert.True(Vault("""  "auth": { "method": "token-file", "path": "/sink" } """) is { Path: "/sink" });
        Assert.True(Vault("""  "auth": { "method": "kubernetes", "role": "r", "path": "/jwt", "mount": "k8s" } """) is { Method: "kubernetes", Role: "r", Path: "/jwt", Mount: "k8s" });
        Assert.True(Vault("""  "auth": { "method": "jwt", "jwt": "env://J", "role": "r" } """) is { Method: "jwt", Role: "r", Jwt.Text: "env://J" });
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "authorities": {} }""")]
    [InlineData("""{ "authorities": { "vault": {} } }""")]
    public void Without_a_word_about_it_Vault_is_what_its_variables_say(string json) =>
        Assert.Equal(new VaultConfiguration(), Parse(json).Vault);

    [Fact]
    public void The_store_has_a_place_and_a_key()
    {
        var store = Parse("""{ "store": { "path": "./sessions", "key": "file:///run/secrets/rekey#key" } }""").Store;

        Assert.Equal(("./sessions", "file:///run/secrets/rekey#key"), (store.Path, store.Key!.Text));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "store": {} }""")]
    public void Without_a_word_about_it_the_store_is_the_users_own(string json) =>
        Assert.Equal(new StoreConfiguration(), Parse(json).Store);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "credentials": {} }""")]
    [InlineData("\uFEFF{}")]
    public void A_file_may_configure_nothing(string json) => Assert.Empty(Parse(json).Credentials);

    [Fact]
    public void Names_of_RDS_are_good_for_an_engine() =>
        Assert.Equal(
            "aurora-postgresql",
            Parse("""{ "credentials": { "a": { "kind": "database", "from": "env://A", "database": { "engine": "aurora-postgresql" } } } }""")
                .Credentials[0].Database!.Engine);

    private static VerifyConfiguration? VerifyIn(string members) =>
        Only($$"""  "kind": "value", "from": "env://A", "verify": { {{members}} } """).Verify;

    private static CredentialConfiguration Only(string members) =>
        Assert.Single(Parse($$"""{ "credentials": { "a": { {{members}} } } }""").Credentials);

    private static VaultConfiguration Vault(string members) => Parse($$"""{ "authorities": { "vault": { {{members}} } } }""").Vault;

    private static RekeyConfiguration Parse(string json) => ConfigurationReader.Parse(Encoding.UTF8.GetBytes(json), "/etc/rekey/rekey.json");
}
