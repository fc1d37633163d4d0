using System.Text;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Cli.Tests.Configuration;
using Rekey.Databases;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Databases;

namespace Rekey.Cli.Tests.Composition;

public sealed class CredentialSetTests : LeakCheckedTest
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeEnvironment _environment = new();
    private readonly SecretRedactor _redactor = new();

    [Fact]
    public async Task References_that_differ_in_their_field_share_one_reading_and_never_tear()
    {
        WritePair(1);
        await using var set = Build("""
            "user": { "kind": "value", "from": "file://./pair.json#user" },
            "password": { "kind": "value", "from": "file://./pair.json#password" }
            """);
        Assert.Equal(("user-one-1", "password-one-1"), await PairAsync(set));
        Assert.Equal(["password", "user"], set.Configured.All.Select(static c => c.Name));

        // Only one of them is told, and the other follows with the same version.
        WritePair(2);
        await Get(set, "user").RefreshAsync(RefreshTrigger.Rotation, TestContext.Current.CancellationToken);

        await Until.True(() => ValueOf(set, "password") == "password-one-2");
        Assert.Equal("user-one-2", ValueOf(set, "user"));
        Assert.Equal("file://./pair.json", Get(set, "user").Status.Parent);
    }

    [Theory]
    [InlineData("", "", true, true)]
    [InlineData(", \"revocationLatencySeconds\": 86400", "", true, true)]
    [InlineData(", \"revocationLatencySeconds\": 0", "", false, true)]
    [InlineData(", \"revocationLatencySeconds\": 0", ", \"revocationLatencySeconds\": 0", false, false)]
    public async Task A_file_that_is_gone_ends_what_was_read_from_it_where_its_entry_says_how_long_that_is_used(
        string ofUser, string ofPassword, bool isUserUsed, bool isPasswordUsed)
    {
        WritePair(1);
        await using var set = Build($$"""
            "user": { "kind": "value", "from": "file://./pair.json#user"{{ofUser}} },
            "password": { "kind": "value", "from": "file://./pair.json#password"{{ofPassword}} }
            """);
        await PairAsync(set);

        File.Delete(Path.Combine(_folder.Path, "pair.json"));
        foreach (var name in (string[])["user", "password"])
            await Get(set, name).RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken);

        Assert.Equal((isUserUsed, isPasswordUsed), (IsUsed(set, "user"), IsUsed(set, "password")));
    }

    [Fact]
    public async Task A_credential_follows_the_one_that_it_is_read_from()
    {
        WriteDatabase("password-one-1");
        await using var set = Build("""
            "login": { "kind": "value", "from": "credential://orders#password" },
            "orders": { "kind": "database", "from": "file://./orders.json" }
            """, new ScriptedDatabase { IsDown = true });
        // Nobody can prove the login here; the value stands on it and says so.
        var result = await Get(set, "login").RefreshAsync(RefreshTrigger.Demand, TestContext.Current.CancellationToken);

        var error = Assert.IsType<RefreshResult.Failed>(result).Error;
        Assert.Equal(("SERVICE_UNREACHABLE", "orders"), (error.Code, error.Parent));
        Observe(error.Message);
    }

    [Fact]
    public async Task A_credential_in_a_list_is_followed_too_and_gives_way_when_it_is_unavailable()
    {
        _environment["FALLBACK"] = Plant("fallback-value").Reveal();
        await using var set = Build("""
            "first": { "kind": "value", "from": "file://./first" },
            "second": { "kind": "value", "from": ["credential://first", "env://FALLBACK"] }
            """);
        var second = Get(set, "second");
        second.BeginWatching();

        await second.GetLeaseAsync(TestContext.Current.CancellationToken);
        Assert.Equal("fallback-value", ValueOf(set, "second"));
        Assert.Equal("env://FALLBACK", second.Status.AnsweredBy);
        Assert.Null(second.Status.Parent);

        _folder.File("first", Plant("first-value-1").Reveal());
        await Get(set, "first").RefreshAsync(RefreshTrigger.Rotation, TestContext.Current.CancellationToken);
        await Until.True(() => ValueOf(set, "second") == "first-value-1");
    }

    [Fact]
    public async Task A_document_is_composed_and_completed_by_fixed_parts()
    {
        _environment["BILLING"] = $$"""{ "user": "billing", "pass": "{{Plant("composed-password").Reveal()}}" }""";
        await using var set = Build("""
            "billing": {
              "kind": "database",
              "from": { "username": "env://BILLING#user", "password": "env://BILLING#pass" },
              "database": { "engine": "postgres", "host": "db.internal", "database": "billing" }
            }
            """, Accepting("billing", "composed-password"));

        var lease = (Lease<DatabaseCredential>)await Get(set, "billing").GetLeaseAsync(TestContext.Current.CancellationToken);

        Assert.True(lease.Credential is { Engine: "postgres", Host: "db.internal", Port: 5432, Database: "billing", UserName: "billing" });
        Assert.Equal("composed-password", lease.Credential.Password.Reveal());
        Assert.Equal("username: env://BILLING#user, password: env://BILLING#pass", lease.Source);
    }

    [Fact]
    public async Task A_database_may_be_one_field_of_a_document()
    {
        _environment["ALL"] = $$"""{ "orders": "postgres://me:{{Plant("inner-password").Reveal()}}@db/x", "other": "nothing to see" }""";
        await using var set = Build("""
            "orders": { "kind": "database", "from": "env://ALL#orders" }
            """, Accepting("me", "inner-password"));

        var lease = (Lease<DatabaseCredential>)await Get(set, "orders").GetLeaseAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("db", "inner-password"), (lease.Credential.Host, lease.Credential.Password.Reveal()));
    }

    [Fact]
    public async Task Every_secret_is_known_to_the_redactor_and_what_may_be_printed_is_not()
    {
        _environment["KEYS"] = $$"""{ "public": "ssh-ed25519-public", "private": "{{Plant("private-key-text").Reveal()}}" }""";
        await using var set = Build("""
            "public": { "kind": "value", "from": "env://KEYS#public", "sensitive": false },
            "private": { "kind": "value", "from": "env://KEYS#private" }
            """);

        foreach (var credential in set.Configured.All)
            await credential.GetLeaseAsync(TestContext.Current.CancellationToken);

        Assert.Equal($"ssh-ed25519-public {Secret.Marker}", Observe(_redactor.Redact("ssh-ed25519-public private-key-text")));
    }

    [Fact]
    public async Task Ending_the_set_ends_every_credential_with_time_to_spare()
    {
        WritePair(1);
        var set = Build("""
            "user": { "kind": "value", "from": "file://./pair.json#user" },
            "password": { "kind": "value", "from": "file://./pair.json#password" },
            "again": { "kind": "value", "from": "credential://user" }
            """);
        using var over = new CancellationTokenSource();
        var refresher = set.Refresher.RunAsync(over.Token);
        await Get(set, "again").GetLeaseAsync(TestContext.Current.CancellationToken);
        var leases = set.Configured.All.Select(static c => ((ManagedCredential<SecretValue>)c).Active).OfType<Lease>().ToList();

        await over.CancelAsync();
        await refresher;
        await set.DisposeAsync();

        Assert.NotEmpty(leases);
        Assert.All(leases, static lease => Assert.Equal(0, lease.Holds));
    }

    [Fact]
    public async Task Fields_of_a_secret_in_Azure_are_one_document_and_nobody_is_asked_before_they_are_needed()
    {
        await using var set = Build("""
            "user": { "kind": "value", "from": "azure-kv://myvault/orders#user" },
            "password": { "kind": "value", "from": "azure-kv://myvault/orders#password" },
            "old": { "kind": "value", "from": "azure-kv://myvault/orders?version=4387e9f3d6e14c459867679a90fd0f79#password" }
            """);

        Assert.Equal("azure-kv://myvault/orders", Get(set, "user").Status.Parent);
        Assert.Equal("azure-kv://myvault/orders", Get(set, "password").Status.Parent);
        Assert.Equal((null, "azure-kv://myvault/orders?version=4387e9f3d6e14c459867679a90fd0f79"), (Get(set, "old").Status.Parent, Get(set, "old").Status.Source));
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }

    private CredentialSet Build(string credentials, IDatabaseDriver? driver = null)
    {
        var configuration = ConfigurationReader.Parse(
            Encoding.UTF8.GetBytes($$"""{ "credentials": { {{credentials}} } }"""), Path.Combine(_folder.Path, "rekey.json"));
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

    private static ScriptedDatabase Accepting(string user, string password)
    {
        var database = new ScriptedDatabase();
        database.SetPassword(user, password);
        return database;
    }

    private static ManagedCredential Get(CredentialSet set, string name) =>
        set.Configured.TryGet(name, out var credential) ? credential : throw new InvalidOperationException(name);

    private static bool IsUsed(CredentialSet set, string name) => Get(set, name).Status.Phase is not CredentialPhase.Expired;

    private static string? ValueOf(CredentialSet set, string name) => ((ManagedCredential<SecretValue>)Get(set, name)).Active?.Credential.Value.Reveal();

    private static async Task<(string? User, string? Password)> PairAsync(CredentialSet set)
    {
        await Get(set, "user").GetLeaseAsync(TestContext.Current.CancellationToken);
        await Get(set, "password").GetLeaseAsync(TestContext.Current.CancellationToken);
        return (ValueOf(set, "user"), ValueOf(set, "password"));
    }

    private void WritePair(int version) =>
        _folder.File("pair.json", $$"""{ "user": "{{Plant($"user-one-{version}").Reveal()}}", "password": "{{Plant($"password-one-{version}").Reveal()}}" }""");

    private void WriteDatabase(string password) =>
        _folder.File("orders.json", $$"""{ "engine": "postgres", "host": "db", "database": "x", "username": "me", "password": "{{Plant(password).Reveal()}}" }""");
}
