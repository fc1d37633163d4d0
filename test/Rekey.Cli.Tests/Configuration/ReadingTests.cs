using System.Text;
using Rekey.Cli.Configuration;

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
                "key": { "kind": "value", "from": "credential://orders#url", "sensitive": false },
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
    }

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

    private static RekeyConfiguration Parse(string json) => ConfigurationReader.Parse(Encoding.UTF8.GetBytes(json), "/etc/rekey/rekey.json");
}
