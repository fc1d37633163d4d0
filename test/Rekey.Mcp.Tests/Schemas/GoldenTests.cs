using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rekey.Mcp.Tests.Serving;
using Rekey.Testing.Sessions;

namespace Rekey.Mcp.Tests.Schemas;

/// <summary>
/// What every tool announces, word for word, as files in <c>Golden</c>. A difference writes a <c>.received.json</c> beside the file:
/// move it over the file when the change is meant.
/// </summary>
public sealed class GoldenTests : ServerTest
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names =>
    [
        "health_check", "list_credentials", "get_credential_events", "refresh_secret", "refresh_credentials", "refresh_aws_sso_token", "list_schemas", "list_tables", "describe_table", "list_indexes", "list_foreign_keys",
        "list_views", "get_view_definition", "list_procedures", "get_procedure_definition", "sample_rows", "run_select",
    ];

    [Fact]
    public async Task The_tools_are_these_in_this_order()
    {
        Configure();

        Assert.Equal(Names.Select(static n => n.Data), await (await ServeAsync()).ToolNamesAsync());
        Assert.Equal(Names.Select(static n => n.Data), await (await ServeAsync("2025-11-25")).ToolNamesAsync());
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_tool_announces_what_it_did_before(string name)
    {
        Configure();

        await MatchAsync(await ServeAsync(), name, name);
    }

    [Fact]
    public async Task With_several_databases_a_tool_asks_which_one()
    {
        Configure();
        Databases.Add(IdleDatabase.Named("reports", Registry));
        var session = await ServeAsync();

        await MatchAsync(session, "run_select", "run_select.several");
        Assert.Contains("'database' is missing", TextOf(await session.CallAsync("list_tables")));
    }

    [Fact]
    public async Task With_several_sessions_one_may_be_named()
    {
        Configure();
        ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: true), "crm");

        await MatchAsync(await ServeAsync(), "refresh_credentials", "refresh_credentials.several");
    }

    [Fact]
    public async Task Every_output_schema_is_an_object_that_admits_a_failure()
    {
        Configure();
        var session = await ServeAsync();
        var failure = JsonElement.Parse("""{"success":false,"error":{"code":"A_CODE","message":"m","retryable":true,"nextStep":"n"}}""");
        var lie = JsonElement.Parse("""{"success":true,"error":{"code":"A_CODE","message":"m","retryable":true}}""");

        foreach (var tool in await session.Client.ListToolsAsync())
        {
            var schema = tool.ProtocolTool.OutputSchema!.Value;
            Assert.Equal("object", schema.GetProperty("type").GetString());
            // The one exception has a contract of its own, which the next test holds it to.
            if (tool.Name != "refresh_credentials")
                Assert.Null(JsonSchema.Problem(schema, failure));
            Assert.NotNull(JsonSchema.Problem(schema, lie));
            Assert.NotNull(JsonSchema.Problem(schema, JsonElement.Parse("{}")));
        }
    }

    [Theory]
    [InlineData("""{"code":"NETWORK_ERROR","message":"m","retryable":true}""", true)]
    [InlineData("""{"code":"UNKNOWN","message":"m","retryable":false}""", true)]
    [InlineData("""{"code":"A_CODE","message":"m","retryable":true}""", false)]
    [InlineData("""{"code":"NETWORK_ERROR","message":"m","retryable":true,"nextStep":"n"}""", false)]
    [InlineData("""{"code":"NETWORK_ERROR","message":"m"}""", false)]
    public async Task Refresh_credentials_admits_a_failure_of_its_contract_and_no_other(string error, bool isAdmitted)
    {
        Configure();
        var schema = (await (await ServeAsync()).Client.ListToolsAsync()).Single(static t => t.Name == "refresh_credentials").ProtocolTool.OutputSchema!.Value;

        Assert.Equal(isAdmitted, JsonSchema.Problem(schema, JsonElement.Parse($$"""{"success":false,"error":{{error}}}""")) is null);
    }

    // Whatever makes a tool appear.
    private void Configure()
    {
        Sessions = new ScriptedSessions();
        Databases.Add(IdleDatabase.Named("orders", Registry));
        ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: false));
    }

    private static async Task MatchAsync(Session session, string tool, string file, [CallerFilePath] string source = "")
    {
        var announced = (await session.Client.ListToolsAsync()).Single(t => t.Name == tool).ProtocolTool;
        var received = JsonNode.Parse(JsonSerializer.Serialize(announced, ModelContextProtocol.McpJsonUtilities.DefaultOptions))!.ToJsonString(Readable) + "\n";
        var path = Path.Combine(Path.GetDirectoryName(source)!, "Golden", file + ".json");
        var golden = File.Exists(path) ? await File.ReadAllTextAsync(path) : string.Empty;
        if (golden.ReplaceLineEndings("\n") == received.ReplaceLineEndings("\n"))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(Path.ChangeExtension(path, ".received.json"), received);
        Assert.Fail($"What {tool} announces differs from {file}.json; see {file}.received.json beside it.");
    }
}
