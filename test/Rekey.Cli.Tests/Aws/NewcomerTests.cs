using System.Text.Json;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Aws;
using Rekey.Testing.Http;
using Rekey.Testing.Tds;

namespace Rekey.Cli.Tests.Aws;

/// <summary>
/// Somebody who comes from a server that read four variables: no file, an account, a name, a region, and SQL Server behind them. The
/// official client asks; the password rotates, the session of AWS ends, and the client never sees a failed query.
/// </summary>
public sealed class NewcomerTests : AwsProcessTest
{
    private const string Login = "reader";
    private const string Name = "prod/orders";

    [Fact]
    public async Task Four_variables_a_rotation_and_the_end_of_a_session()
    {
        await using var database = Database();
        var home = Newcomer();
        var session = NewSession(home);
        home.Variables["REKEY_LOG"] = "trace";
        home.SecretsManager.Secrets.Create(Name, new Secret("of no use yet"));
        Rotate(home, database);
        await using var world = World(new()
        {
            ["/rotation"] = () => Rotate(home, database),
            ["/end-of-session"] = () => session.Expires = home.Account.Time.GetUtcNow().AddMinutes(-1),
            ["/rotation-behind-a-closed-door"] = () => Rotate(home, database, sessionsSurvive: true),
            ["/new-keys"] = () => NewSession(home),
        });

        var report = await OfficialClient.DriveAsync("sdk-1", home.Home, new Dictionary<string, object>
        {
            ["tables"] = Call("list_tables", new { schema = "dbo" }),
            ["first"] = Select,
            ["rotation"] = Act(world, "/rotation"),
            ["after the rotation"] = Select,
            ["end"] = Act(world, "/end-of-session"),
            ["without a session"] = Select,
            ["door"] = Act(world, "/rotation-behind-a-closed-door"),
            ["refused"] = Call("refresh_secret", new { }),
            ["still"] = Select,
            ["keys"] = Act(world, "/new-keys"),
            ["refreshed"] = Call("refresh_secret", new { }),
            ["at last"] = Select,
            ["health"] = Call("health_check", new { }),
        });

        Observe(report.ToString());
        Assert.Contains("paint", Answer(report, "tables").ToString());
        foreach (var step in new[] { "first", "after the rotation", "without a session", "still", "at last" })
            Assert.Equal("blue", Answer(report, step).GetProperty("rows")[0].GetProperty("colour").GetString());
        var error = Answer(report, "refused").GetProperty("error");
        Assert.Equal("AWS_AUTH_REQUIRED", error.GetProperty("code").GetString());
        Assert.Contains("'work'", error.GetProperty("nextStep").GetString());
        Assert.Equal("Secret refreshed and connection re-established.", Answer(report, "refreshed").GetProperty("message").GetString());
        Assert.True(Answer(report, "health").GetProperty("success").GetBoolean());
    }

    [Theory]
    [InlineData("{}", "host: missing", "username: missing", "password: missing", "database: missing")]
    [InlineData("""{"host": "db", "port": "14x3", "database": "shop", "username": "reader", "password": "PASSWORD", "encrypt": "maybe"}""", "port: not a port number", "encrypt: neither true nor false")]
    [InlineData("""{"host": {}, "dbname": [], "username": ["reader"], "password": true}""", "host: not a text", "database: not a text", "username: not a text", "password: not a text")]
    [InlineData("""{"engine": "oracle", "host": "db", "database": "shop", "username": "reader", "password": "PASSWORD"}""", "engine: oracle is not supported")]
    [InlineData("no JSON, PASSWORD", "content: ")]
    public async Task What_is_wrong_with_the_secret_is_said_field_by_field(string content, params string[] problems)
    {
        var home = Newcomer();
        home.SignWith(home.User);
        home.SecretsManager.Secrets.Create(Name, new Secret(content.Replace("PASSWORD", Plant("password-in-a-bad-secret").Reveal(), StringComparison.Ordinal)));

        var check = await FailsAsync(home, "AWS_SECRET_INVALID");

        Assert.All(problems, problem => Assert.Contains(problem, check.Message));
    }

    [Fact]
    public async Task A_binary_secret_is_none()
    {
        var home = Newcomer();
        home.SignWith(home.User);
        home.SecretsManager.Secrets.Create(Name, [1, 2, 3]);

        var check = await FailsAsync(home, "AWS_SECRET_INVALID");

        Assert.Contains("binary", check.Message);
    }

    private AwsHome Newcomer()
    {
        var home = NewBareHome();
        home.Variables["AWS_ACCOUNT_ID"] = AwsAccount.Id;
        home.Variables["SECRET_NAME"] = Name;
        home.Variables["TRUST_SERVER_CERTIFICATE"] = "true";
        return home;
    }

    // What somebody has who signed in on the command line.
    private Principal NewSession(AwsHome home)
    {
        var session = Plant(home.Account.Add(Principal.NewSession("reader", "me", home.Account.Time.GetUtcNow().AddHours(1))));
        home.WriteKeys("work", session);
        home.Variables["AWS_PROFILE"] = "work";
        return session;
    }

    // A new password in the database and in the secret. What is connected is cut off, unless it may survive.
    private void Rotate(AwsHome home, TdsServer database, bool sessionsSurvive = false)
    {
        var password = Plant($"Pa55-{Guid.NewGuid():N}");
        database.SetPassword(Login, password.Reveal());
        if (!sessionsSurvive)
            database.Kill(Login);
        var document = new Secret($$"""{"host": "127.0.0.1", "port": {{database.Port}}, "dbname": "shop", "username": "{{Login}}", "password": "{{password.Reveal()}}"}""");
        home.SecretsManager.Secrets.Put(Name, document);
    }

    private static TdsServer Database()
    {
        var database = new TdsServer(TdsEncryption.Full);
        database.On("from sys.objects", new TdsTable(
            [new TdsColumn("schema_name", TdsType.NVarChar), new TdsColumn("table_name", TdsType.NVarChar)], ["dbo", "paint"]));
        database.On("from paint", new TdsTable([new TdsColumn("colour", TdsType.NVarChar)], ["blue"]));
        return database;
    }

    private static LoopbackHttpServer World(Dictionary<string, Action> acts) => new((call, _) =>
    {
        acts[call.Path]();
        return Task.FromResult(new HttpReply(200));
    });

    private static object Select => Call("run_select", new { query = "select colour from paint" });

    private static object Call(string tool, object arguments) => new { @do = "call", tool, arguments };

    private static object Act(LoopbackHttpServer world, string path) => new { @do = "act", url = new Uri(world.Address, path) };

    private static JsonElement Answer(JsonElement report, string step)
    {
        var outcome = report.GetProperty("steps").GetProperty(step);
        Assert.True(outcome.TryGetProperty("result", out var result), outcome.ToString());
        return result.GetProperty("structuredContent");
    }
}
