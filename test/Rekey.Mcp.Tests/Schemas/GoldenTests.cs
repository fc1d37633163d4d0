using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rekey.Mcp.Tests.Serving;

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
        "health_check", "list_credentials", "refresh_secret", "refresh_aws_sso_token", "list_schemas", "list_tables", "describe_table", "list_indexes", "list_foreign_keys",
        "list_views", "get_view_definition", "list_procedures", "get_procedure_definition", "sample_rows", "run_select",
    ];

    [Fact]
    public async Task The_tools_are_these_in_this_order()
    {
        Sessions = new ScriptedSessions();
        Databases.Add(IdleDatabase.Named("orders", Registry));

        Assert.Equal(Names.Select(static n => n.Data), await (await ServeAsync()).ToolNamesAsync());
        Assert.Equal(Names.Select(static n => n.Data), await (await ServeAsync("2025-11-25")).ToolNamesAsync());
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_tool_announces_what_it_did_before(string name)
    {
        Sessions = new ScriptedSessions();
        Databases.Add(IdleDatabase.Named("orders", Registry));

        await MatchAsync(await ServeAsync(), name, name);
    }

    [Fact]
    public async Task With_several_databases_a_tool_asks_which_one()
    {
        Sessions = new ScriptedSessions();
        Databases.Add(IdleDatabase.Named("orders", Registry));
        Databases.Add(IdleDatabase.Named("reports", Registry));
        var session = await ServeAsync();

        await MatchAsync(session, "run_select", "run_select.several");
        Assert.Contains("'database' is missing", TextOf(await session.CallAsync("list_tables")));
    }

    [Fact]
    public async Task Every_output_schema_is_an_object_that_admits_a_failure()
    {
        Sessions = new ScriptedSessions();
        Databases.Add(IdleDatabase.Named("orders", Registry));
        var session = await ServeAsync();
        var failure = JsonElement.Parse("""{"success":false,"error":{"code":"A_CODE","message":"m","retryable":true,"nextStep":"n"}}""");
        var lie = JsonElement.Parse("""{"success":true,"error":{"code":"A_CODE","message":"m","retryable":true}}""");

        foreach (var tool in await session.Client.ListToolsAsync())
        {
            var schema = tool.ProtocolTool.OutputSchema!.Value;
            Assert.Equal("object", schema.GetProperty("type").GetString());
            Assert.Null(JsonSchema.Problem(schema, failure));
            Assert.NotNull(JsonSchema.Problem(schema, lie));
            Assert.NotNull(JsonSchema.Problem(schema, JsonElement.Parse("{}")));
        }
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
