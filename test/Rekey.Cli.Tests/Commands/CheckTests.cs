using System.Text.Json;
using Rekey.Cli.Commands;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Commands;

public sealed class CheckTests : CommandTest
{
    [Fact]
    public async Task Nothing_configured_is_no_error_and_leads_to_the_help()
    {
        var outcome = await RunAsync("check");

        Assert.Equal(0, outcome.Code);
        Assert.Equal("Configuration: the environment\nNo credential is configured. 'rekey --help' shows how to begin.\n", outcome.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_wrong_configuration_is_1_with_every_problem_on_standard_error()
    {
        var path = Configure($$"""
            "orders": { "kind": "databse", "from": "{{Plant("misplaced-password").Reveal()}}" }
            """);

        var outcome = await RunAsync("check", "--config", path);

        Assert.Equal(1, outcome.Code);
        Assert.Empty(outcome.Output);
        Assert.StartsWith($"rekey: the configuration cannot be used. {path}:\n  credentials.orders.kind: ", outcome.Error.ReplaceLineEndings("\n"));
        Assert.Contains("\n  credentials.orders.from: ", outcome.Error);
    }

    [Fact]
    public async Task A_wrong_configuration_can_be_read_by_programs()
    {
        var outcome = await RunAsync("check", "--json", "--config", Configure("""
            "orders": { "kind": "database" }
            """));

        var json = JsonDocument.Parse(outcome.Output).RootElement;
        Assert.Equal(1, outcome.Code);
        Assert.Equal("configuration", json.GetProperty("status").GetString());
        Assert.Equal("credentials.orders.from", json.GetProperty("problems")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task A_thousand_problems_do_not_flood_the_terminal()
    {
        var outcome = await RunAsync("check", "--config", Configure(string.Join(',', Enumerable.Range(0, 300).Select(static i => $"\"c{i}\": {{}}"))));

        Assert.EndsWith("  and 500 more\n", outcome.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_value_is_fetched_and_nobody_can_prove_it()
    {
        Environment["TOKEN"] = Plant("a-token-of-some-length").Reveal();

        var outcome = await RunAsync("check", "--config", Configure("""
            "github": { "kind": "value", "from": "env://TOKEN" }
            """));

        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"(?m)^github +value +unverified +env://TOKEN", outcome.Output);
    }

    [Fact]
    public async Task A_secret_too_short_to_be_hidden_is_a_warning()
    {
        Environment["PIN"] = "1234";

        Assert.Contains("Warning: pin#", (await RunAsync("check", "--config", Configure("""
            "pin": { "kind": "value", "from": "env://PIN" }
            """))).Output);
    }

    [Fact]
    public async Task What_is_missing_is_3_and_names_itself()
    {
        var outcome = await RunAsync("check", "--config", Configure("""
            "github": { "kind": "value", "from": "env://TOKEN" },
            "orders": { "kind": "database", "from": "file://./orders.json" }
            """));

        Assert.Equal(3, outcome.Code);
        Assert.Matches(@"(?m)^github +value +unreachable +env://TOKEN", outcome.Output);
        Assert.Contains("[ENVIRONMENT_VARIABLE_MISSING] The environment variable TOKEN is not set.", outcome.Output);
        Assert.Matches(@"(?m)^orders +database +unreachable +file://./orders.json", outcome.Output);
    }

    [Fact]
    public async Task Only_what_is_required_decides()
    {
        var outcome = await RunAsync("check", "--json", "--config", Configure("""
            "github": { "kind": "value", "from": "env://TOKEN", "required": false }
            """));

        var json = JsonDocument.Parse(outcome.Output).RootElement;
        var credential = json.GetProperty("credentials")[0];
        Assert.Equal(0, outcome.Code);
        Assert.Equal("ready", json.GetProperty("status").GetString());
        Assert.Equal("unreachable", credential.GetProperty("status").GetString());
        Assert.Equal("ENVIRONMENT_VARIABLE_MISSING", credential.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Content_that_cannot_be_used_is_2()
    {
        Folder.File("orders.json", $$"""{ "password": "{{Plant("half-a-document-password").Reveal()}}" """);

        var outcome = await RunAsync("check", "--config", Configure("""
            "orders": { "kind": "database", "from": "file://./orders.json" }
            """));

        Assert.Equal(2, outcome.Code);
        Assert.Contains("[SECRET_INVALID]", outcome.Output);
    }

    [Fact]
    public async Task A_database_file_that_opens_is_ready()
    {
        var database = Path.Combine(Folder.Path, "data.db");
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            using var command = connection.CreateCommand();
            command.CommandText = "create table t (x)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        Environment["DATABASE_URL"] = $"sqlite://{database}";

        var outcome = await RunAsync("check");

        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"(?m)^database +database +ready +env://DATABASE_URL", outcome.Output);
    }

    [Fact]
    public async Task A_login_that_works_is_0_a_refused_one_2_and_one_that_nobody_answers_3()
    {
        var server = await PostgresServer.SharedAsync();
        var (role, password) = (PostgresServer.NewName("check"), PostgresServer.NewPassword());
        await server.CreateRoleAsync(role, Plant(password).Reveal());

        Environment["DATABASE_URL"] = $"postgres://{role}:{password}@{server.Host}:{server.Port}/postgres?sslmode=disable";
        Assert.Equal(0, (await RunAsync("check")).Code);

        await server.SetPasswordAsync(role, Plant(PostgresServer.NewPassword()).Reveal());
        var refused = await RunAsync("check");
        Assert.Equal(2, refused.Code);
        Assert.Contains("[CREDENTIAL_REJECTED]", refused.Output);

        Environment["DATABASE_URL"] = $"postgres://{role}:{password}@{server.Host}:1/postgres?sslmode=disable";
        var unreachable = await RunAsync("check");
        Assert.Equal(3, unreachable.Code);
        Assert.Contains("[SERVICE_UNREACHABLE]", unreachable.Output);

        await server.DropRoleAsync(role);
    }

    [Fact]
    public async Task One_refused_credential_outweighs_one_that_is_unreachable()
    {
        Folder.File("orders.json", "{}");

        Assert.Equal(2, (await RunAsync("check", "--config", Configure("""
            "github": { "kind": "value", "from": "env://TOKEN" },
            "orders": { "kind": "database", "from": "file://./orders.json" }
            """))).Code);
    }

    [Fact]
    public async Task What_will_be_found_out_too_late_is_told_of_a_credential_that_works()
    {
        Environment["TOKEN"] = Plant("a-token-of-some-length").Reveal();
        var configuration = ConfigurationReader.Read(Configure(""" "github": { "kind": "value", "from": "env://TOKEN" } """), Environment, isWindows: false);
        await using var set = CredentialSet.Of(configuration, new CredentialParts
        {
            Environment = Environment,
            Secrets = Redactor,
            Driver = DatabaseDrivers.All,
            Logger = Logger,
            Time = TimeProvider.System,
        });
        var github = set.Configured.All.Single();
        var result = await github.RefreshAsync(RefreshTrigger.Demand, TestContext.Current.CancellationToken);
        var note = new CredentialError("FILE_MOUNTED_ALONE", "file:///run/token: this one file is mounted by itself.", Retryable: false, "Mount the whole volume.");
        var report = new CheckReport(configuration, [new Checked(result, github.Status with { Warning = note })], []);
        const string Told = "github: [FILE_MOUNTED_ALONE] file:///run/token: this one file is mounted by itself. Mount the whole volume.";

        Assert.Contains($"Warning: {Told}", CheckTable.Of(report));
        Assert.Equal(Told, JsonDocument.Parse(CheckJson.Of(report)).RootElement.GetProperty("warnings")[0].GetString());
        Assert.Equal(0, report.ExitCode);
    }

    [Fact]
    public async Task Warnings_are_told_in_both_forms()
    {
        Environment["SECRET_NAME"] = "prod/orders";

        Assert.Contains("Warning: SECRET_NAME", (await RunAsync("check")).Output);
        var json = JsonDocument.Parse((await RunAsync("check", "--json")).Output).RootElement;
        Assert.Contains("AWS_ACCOUNT_ID and AWS_REGION", json.GetProperty("warnings")[0].GetString());
    }
}
