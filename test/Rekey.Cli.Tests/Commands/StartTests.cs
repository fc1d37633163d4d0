using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Rekey.Cli.Commands;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Commands;

/// <summary>What a start says about the credentials, and whether it goes on without them.</summary>
public sealed partial class StartTests : CommandTest, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    [Fact]
    public async Task A_strict_start_refuses_and_names_everything_that_is_required_and_missing_at_once()
    {
        Environment["SHORT"] = Plant("shrt-value").Reveal();
        var outcome = await RunAsync("serve", "--strict", "--config", Configure("""
            "github": { "kind": "value", "from": "env://NOT_SET_ANYWHERE" },
            "gitlab": { "kind": "value", "from": "env://SHORT", "rules": { "minLength": 20, "startsWith": "glpat-" } },
            "orders": { "kind": "database", "from": "file://./none.json" },
            "extra": { "kind": "value", "from": "env://NOT_SET_EITHER", "required": false }
            """));

        Assert.Equal(2, outcome.Code);
        Assert.Contains("rekey: 3 required credential(s) missing:", outcome.Error);
        Assert.Contains("  github: [ENVIRONMENT_VARIABLE_MISSING]", outcome.Error);
        Assert.Contains(". Set NOT_SET_ANYWHERE in the environment of this server", outcome.Error); // what to do is said too
        Assert.Contains("  gitlab: [SECRET_INVALID] env://SHORT holds content that cannot be used (content: breaks the rule minLength; content: breaks the rule startsWith). Correct SHORT in the environment of this server", outcome.Error);
        Assert.Contains("  orders: [SOURCE_UNAVAILABLE] file://./none.json", outcome.Error);
        Assert.DoesNotContain("  extra:", outcome.Error);
    }

    [Fact]
    public async Task A_strict_start_with_everything_there_serves()
    {
        Environment["TOKEN"] = Plant("token-of-twenty-letters").Reveal();

        var outcome = await RunAsync("serve", "--strict", "--config", Configure("""
            "github": { "kind": "value", "from": "env://TOKEN", "rules": { "minLength": 20, "pattern": "^token-[a-z-]+$" } }
            """));

        Assert.Equal((0, ""), (outcome.Code, outcome.Error)); // the client has gone already
    }

    [Fact]
    public async Task One_event_tells_what_is_present_and_what_is_missing_and_nothing_of_the_values()
    {
        Environment["TOKEN"] = Plant("token-of-twenty-letters").Reveal();
        await using var set = Build("""
            "github": { "kind": "value", "from": "env://TOKEN" },
            "gitlab": { "kind": "value", "from": "env://NOT_SET_ANYWHERE" },
            "extra": { "kind": "value", "from": "env://NOT_SET_EITHER", "required": false }
            """);

        var missing = await new StartReport(set.Configured, this, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["gitlab"], missing.Select(static status => status.Name));
        var line = Assert.Single(_lines, static l => l.StartsWith("config_loaded", StringComparison.Ordinal));
        Assert.Matches(@"github present \(source env://TOKEN, phase Ready, version [0-9a-f]{12}\)", line);
        Assert.Contains("gitlab MISSING (required, source env://NOT_SET_ANYWHERE, [ENVIRONMENT_VARIABLE_MISSING]", line);
        Assert.Contains("extra MISSING (optional,", line);
        Assert.DoesNotContain("23", Fingerprint().Replace(line, "")); // not even how long it is
    }

    [Fact]
    public async Task A_client_that_leaves_before_everything_was_tried_gets_no_report_of_what_is_missing()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0); // takes the connection, and never says a word
        silent.Start();
        Environment["VAULT_ADDR"] = $"http://{silent.LocalEndpoint}";
        Environment["VAULT_TOKEN"] = Plant("token-of-a-silent-vault").Reveal();

        var set = Build("""
            "slow": { "kind": "value", "from": "vault://kv/slow#token" }
            """);
        var report = new StartReport(set.Configured, this, TimeProvider.System);
        await report.RunBesideAsync(() => Until.True(() => set.Configured.All.All(static c => c.IsRefreshing)), TestContext.Current.CancellationToken);
        await set.DisposeAsync();

        await report.RunAsync(TestContext.Current.CancellationToken); // whatever an earlier one had to say is said by now

        Assert.Single(_lines, static line => line.StartsWith("config_loaded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_variable_that_names_a_file_is_read_from_it_and_follows_it()
    {
        var file = Folder.File("token", Plant("first-token-in-a-file").Reveal());
        Environment["TOKEN_FILE"] = file;
        await using var set = Build("""
            "github": { "kind": "value", "from": "env://TOKEN" }
            """);
        var github = (ManagedCredential<SecretValue>)set.Configured.All.Single();
        Assert.Equal("first-token-in-a-file", (await github.GetAsync(TestContext.Current.CancellationToken)).Credential.Value.Reveal());

        Folder.File("token", Plant("second-token-in-a-file").Reveal());
        await github.RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken);

        Assert.Equal("second-token-in-a-file", github.Active!.Credential.Value.Reveal());
        Assert.True(github.CanRotate);
    }

    [Fact]
    public async Task A_variable_that_names_no_file_is_told_with_its_path()
    {
        var file = Environment["TOKEN_FILE"] = Path.Combine(Folder.Path, "gone");

        var outcome = await RunAsync("serve", "--strict", "--config", Configure("""
            "github": { "kind": "value", "from": "env://TOKEN" }
            """));

        Assert.Contains($"env://TOKEN (TOKEN_FILE: {file}): there is nothing at this path.", outcome.Error);
    }

    [Fact]
    public async Task A_variable_that_names_a_file_does_without_a_configuration()
    {
        Environment["DATABASE_URL_FILE"] = Folder.File("url", $"sqlite://{Folder.Path}/none.db\n");

        var outcome = await RunAsync("check");

        Assert.Matches("(?m)^database +database +[a-z]+ +env://DATABASE_URL$", outcome.Output);
        Assert.DoesNotContain("SECRET_INVALID", outcome.Output);
    }

    [Fact]
    public async Task The_file_that_a_variable_names_is_read_verbatim_whatever_its_name()
    {
        Environment["TOKEN_FILE"] = Folder.File("token.env", Plant("a-token-that-is=no-list-of-variables").Reveal());
        await using var set = Build("""
            "github": { "kind": "value", "from": "env://TOKEN" }
            """);

        var github = (ManagedCredential<SecretValue>)set.Configured.All.Single();

        Assert.Equal("a-token-that-is=no-list-of-variables", (await github.GetAsync(TestContext.Current.CancellationToken)).Credential.Value.Reveal());
    }

    [Fact]
    public async Task A_variable_that_names_a_file_by_half_a_path_is_told()
    {
        Environment["TOKEN_FILE"] = "secrets/token";

        var outcome = await RunAsync("check", "--config", Configure("""
            "github": { "kind": "value", "from": "env://TOKEN" }
            """));

        Assert.Contains("[SOURCE_UNAVAILABLE] env://TOKEN: TOKEN_FILE is no absolute path. Set it to the whole path of the file.", outcome.Output);
    }

    [Fact]
    public async Task What_systemd_hands_over_is_found_in_its_directory()
    {
        Folder.File("token", Plant("token-from-systemd").Reveal());
        var file = Configure("""
            "github": { "kind": "value", "from": "file://$CREDENTIALS_DIRECTORY/token" }
            """);
        Assert.Equal(3, (await RunAsync("check", "--config", file)).Code);

        Environment["CREDENTIALS_DIRECTORY"] = Folder.Path;

        Assert.Equal(0, (await RunAsync("check", "--config", file)).Code);
    }

    [Fact]
    public async Task The_output_of_a_command_is_a_credential()
    {
        Environment["PATH"] = "/usr/bin:/bin";
        Folder.File("secret.json", $$"""{ "token": "{{Plant("token-of-a-command").Reveal()}}" }""");

        var outcome = await RunAsync("check", "--config", Configure($$"""
            "github": { "kind": "value", "from": { "exec": ["cat", "{{Folder.Path}}/secret.json"], "field": "token" } },
            "gitlab": { "kind": "value", "from": [{ "exec": ["no-such-program"] }, "env://NOT_SET"] }
            """));

        Assert.Contains("github", outcome.Output);
        Assert.Contains("exec:cat", outcome.Output);
        Assert.Contains("exec:no-such-program: there is no such program on the PATH.", outcome.Output);
        Assert.Equal(2, outcome.Code);
    }

    [GeneratedRegex("version [0-9a-f]{12}")]
    private static partial Regex Fingerprint();

    private CredentialSet Build(string credentials) => CredentialSet.Of(
        ConfigurationReader.Read(Configure(credentials), Environment, isWindows: false),
        new CredentialParts { Environment = Environment, Secrets = Redactor, Driver = DatabaseDrivers.All, Logger = Logger, Time = TimeProvider.System });

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(Observe($"{eventId.Name}: {formatter(state, exception)}"));
}
