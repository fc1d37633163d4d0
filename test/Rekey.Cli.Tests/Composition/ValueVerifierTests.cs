using System.Text;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Databases;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Databases;
using Rekey.Testing.Http;
using Rekey.Testing.Postgres;
using Rekey.Testing.Redis;

namespace Rekey.Cli.Tests.Composition;

/// <summary>What the configuration says about the proof of a value is what happens.</summary>
public sealed class ValueVerifierTests : LeakCheckedTest
{
    private readonly FakeEnvironment _environment = new();
    private readonly SecretRedactor _redactor = new();

    [Fact]
    public async Task A_value_is_proved_by_an_address()
    {
        var presented = new List<string?>();
        await using var server = new LoopbackHttpServer((call, _) =>
        {
            lock (presented)
                presented.Add(call.Header("X-API-Key"));
            return Task.FromResult(new HttpReply(call.Header("X-API-Key") == "key good-value" ? 204 : 401));
        });
        var verify = $$"""{ "with": "http", "url": "{{server.Address}}me", "header": "X-API-Key", "prefix": "key " }""";

        Assert.Null(await ErrorOfAsync("good-value", verify));
        Assert.Equal("CREDENTIAL_REJECTED", (await ErrorOfAsync("wrong-value", verify))?.Code);
        Assert.True(presented.SequenceEqual(["key good-value", "key wrong-value"]));
    }

    [Fact]
    public async Task A_value_is_proved_by_redis()
    {
        await using var server = new RedisStandIn(static command => command switch
        {
            "AUTH app good-value" => "+OK\r\n",
            "PING" => "+PONG\r\n",
            _ => "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
        });
        var verify = $$"""{ "with": "redis", "host": "127.0.0.1", "port": {{server.Port}}, "username": "app", "tls": false }""";

        Assert.Null(await ErrorOfAsync("good-value", verify));
        Assert.Equal("CREDENTIAL_REJECTED", (await ErrorOfAsync("wrong-value", verify))?.Code);
    }

    [Fact]
    public async Task Unless_somebody_says_so_no_password_travels_in_the_clear_to_redis()
    {
        await using var server = new RedisStandIn(static _ => RedisStandIn.Close);

        var error = await ErrorOfAsync("good-value", $$"""{ "with": "redis", "host": "127.0.0.1", "port": {{server.Port}} }""");

        Assert.Equal("SERVICE_UNREACHABLE", error?.Code);
        Assert.Contains("set 'tls' to false", error!.NextStep);
        Assert.DoesNotContain(server.Commands, static command => command.Contains("good-value", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_is_proved_by_a_login_at_the_database()
    {
        var server = await PostgresServer.SharedAsync();
        var (role, password) = (PostgresServer.NewName("role"), PostgresServer.NewPassword());
        await server.CreateRoleAsync(role, password);
        var verify = $$"""{ "with": "postgres", "host": "{{server.Host}}", "port": {{server.Port}}, "database": "postgres", "username": "{{role}}" }""";

        Assert.Null(await ErrorOfAsync(password, verify));
        Assert.Equal("CREDENTIAL_REJECTED", (await ErrorOfAsync("not-the-password", verify))?.Code);
        Assert.Equal("DATABASE_NOT_FOUND", (await ErrorOfAsync(password, verify.Replace("\"database\": \"postgres\"", "\"database\": \"nowhere\"", StringComparison.Ordinal)))?.Code);
    }

    [Fact]
    public async Task A_URL_is_proved_by_the_login_in_it_and_its_password_is_a_secret_of_its_own()
    {
        var server = await PostgresServer.SharedAsync();
        var (role, password) = (PostgresServer.NewName("role"), PostgresServer.NewPassword());
        await server.CreateRoleAsync(role, password);
        var verify = """{ "with": "postgres" }""";

        Assert.Null(await ErrorOfAsync($"postgres://{role}:{password}@{server.Host}:{server.Port}/postgres", verify));
        Assert.Equal(Secret.Marker, Observe(_redactor.Redact(Plant(password).Reveal())));
        Assert.Equal("CREDENTIAL_REJECTED", (await ErrorOfAsync($"postgres://{role}:not-the-password@{server.Host}:{server.Port}/postgres", verify))?.Code);
    }

    [Fact]
    public async Task A_value_that_no_login_can_be_made_of_is_refused_and_presented_nowhere()
    {
        var database = new ScriptedDatabase();
        database.SetPassword("app", "good-value");
        var verify = """{ "with": "sqlserver", "host": "db", "database": "orders", "username": "app" }""";

        Assert.Null(await ErrorOfAsync("good-value", verify, database));
        Assert.Equal("SECRET_INVALID", (await ErrorOfAsync("no URL at all", """{ "with": "sqlserver" }""", database))?.Code);
        Assert.Equal("SECRET_INVALID", (await ErrorOfAsync("postgres://app:good-value@db/orders", """{ "with": "sqlserver" }""", database))?.Code);
        Assert.Equal("SECRET_INVALID", (await ErrorOfAsync("sqlserver://app:good-value@db/other", """{ "with": "sqlserver", "database": "orders" }""", database))?.Code);
        Assert.Empty(database.RefusedLogins);
    }

    [Theory]
    [InlineData(""", "verify": { "with": "none" } """)]
    [InlineData("")]
    public async Task A_value_that_nothing_proves_is_unverified(string verify)
    {
        await using var set = Build("any-value", verify);
        var credential = Only(set);

        Assert.IsType<RefreshResult.Refreshed>(await credential.RefreshAsync(RefreshTrigger.Demand, TestContext.Current.CancellationToken));
        Assert.False(credential.Status.IsVerified);
        Assert.Null(await credential.ProbeAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Null where the value was proved and is in use.</summary>
    private async Task<CredentialError?> ErrorOfAsync(string value, string verify, IDatabaseDriver? driver = null)
    {
        await using var set = Build(value, $", \"verify\": {verify}", driver);
        var credential = Only(set);
        var result = await credential.RefreshAsync(RefreshTrigger.Demand, TestContext.Current.CancellationToken);
        Observe(credential.Status.ToString());
        if (result is RefreshResult.Failed failed)
        {
            Observe(failed.Error.ToString());
            return failed.Error;
        }
        Assert.True(credential.Status.IsVerified);
        return null;
    }

    private CredentialSet Build(string value, string verify, IDatabaseDriver? driver = null)
    {
        _environment["THE_VALUE"] = Plant(value).Reveal();
        var configuration = ConfigurationReader.Parse(
            Encoding.UTF8.GetBytes($$"""{ "credentials": { "one": { "kind": "value", "from": "env://THE_VALUE"{{verify}} } } }"""), "/etc/rekey/rekey.json");
        return CredentialSet.Of(configuration, new CredentialParts
        {
            Environment = _environment,
            Secrets = _redactor,
            Driver = driver ?? DatabaseDrivers.All,
            Logger = Logger,
            Time = TimeProvider.System,
            Policy = new RefreshPolicy { VerifyAttempts = 1 },
        });
    }

    private static ManagedCredential Only(CredentialSet set) => Assert.Single(set.Configured.All);
}
