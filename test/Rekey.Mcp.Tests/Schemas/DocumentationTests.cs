using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Rekey.Mcp.Tests.Serving;
using Rekey.Testing.Sessions;

namespace Rekey.Mcp.Tests.Schemas;

/// <summary><c>docs/tools.md</c> and the code say the same.</summary>
public sealed partial class DocumentationTests : ServerTest
{
    private readonly Dictionary<string, string> _sections = ReadSections();

    [Fact]
    public async Task Every_tool_has_a_section_and_every_section_a_tool() =>
        Assert.Equal((await (await ConfiguredAsync()).ToolNamesAsync()).Order(), _sections.Keys.Order());

    [Fact]
    public async Task Every_argument_is_documented_and_every_documented_one_exists()
    {
        foreach (var tool in await (await ConfiguredAsync()).Client.ListToolsAsync())
        {
            var announced = tool.ProtocolTool.InputSchema.GetProperty("properties").EnumerateObject().Select(static p => p.Name);
            Assert.Equal([tool.Name, .. announced], [tool.Name, .. Rows(tool.Name, "argument")]);
        }
    }

    [Fact]
    public async Task Every_member_of_a_result_is_documented_and_every_documented_one_exists()
    {
        foreach (var tool in await (await ConfiguredAsync()).Client.ListToolsAsync())
        {
            var success = tool.ProtocolTool.OutputSchema!.Value.GetProperty("oneOf")[0].GetProperty("properties");
            Assert.Equal(
                [tool.Name, .. success.EnumerateObject().Select(static p => p.Name).Where(static n => n != "success").Order()],
                [tool.Name, .. Rows(tool.Name, "result").Order()]);
            foreach (var member in success.EnumerateObject())
            {
                if (member.Value.TryGetProperty("items", out var items) && items.TryGetProperty("properties", out var inner))
                    Assert.All(inner.EnumerateObject(), p => Assert.Contains($"`{p.Name}`", _sections[tool.Name]));
            }
        }
    }

    [Fact]
    public async Task Every_code_is_documented_and_every_documented_one_exists()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root(), "src", "Rekey.Mcp"), "*Errors.cs", SearchOption.AllDirectories);
        var thrown = sources.SelectMany(static f => CodeInSource().Matches(File.ReadAllText(f))).Select(static m => m.Groups[1].Value);
        var documented = CodeInTable().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "tools.md"))).Select(static m => m.Groups[1].Value);

        Assert.Equal(thrown.Concat(await CodesOfRefreshCredentialsAsync()).Distinct().Order(), documented.Distinct().Order());
    }

    [Fact]
    public async Task The_codes_of_refresh_credentials_are_all_in_its_section() =>
        Assert.Equal(
            (await CodesOfRefreshCredentialsAsync()).Order(),
            CodeInTable().Matches(_sections["refresh_credentials"]).Select(static m => m.Groups[1].Value).Order());

    // Its contract names every code that it can answer with.
    private async Task<IReadOnlyList<string>> CodesOfRefreshCredentialsAsync()
    {
        var schema = (await (await ConfiguredAsync()).Client.ListToolsAsync()).Single(static t => t.Name == "refresh_credentials").ProtocolTool.OutputSchema!.Value;
        var code = schema.GetProperty("oneOf")[1].GetProperty("properties").GetProperty("error").GetProperty("properties").GetProperty("code");
        return [.. code.GetProperty("enum").EnumerateArray().Select(static c => c.GetString()!)];
    }

    private async Task<Session> ConfiguredAsync()
    {
        Sessions = new ScriptedSessions();
        Databases.Add(IdleDatabase.Named("orders", Registry));
        ScriptedSession(new ScriptedSessionAuthority(Time, isSingleUse: false));
        return await ServeAsync();
    }

    // The names in the first column of the tables under a heading that begins with that word.
    private List<string> Rows(string tool, string heading)
    {
        var lines = _sections[tool].Split('\n');
        return [.. lines.SkipWhile(l => !l.StartsWith($"| {heading} |", StringComparison.Ordinal)).TakeWhile(static l => l.StartsWith('|'))
            .Select(static l => FirstCell().Match(l)).Where(static m => m.Success).Select(static m => m.Groups[1].Value)];
    }

    private static Dictionary<string, string> ReadSections()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "tools.md")).ReplaceLineEndings("\n");
        return Heading().Matches(text).ToDictionary(static m => m.Groups[1].Value, m => Section(text, m.Index));
    }

    private static string Section(string text, int start)
    {
        var end = text.IndexOf("\n##", start + 1, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    private static string Root([CallerFilePath] string source = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", ".."));

    [GeneratedRegex("^### `([a-z_]+)`$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^\\| `([a-z_A-Z]+)` \\|")]
    private static partial Regex FirstCell();

    [GeneratedRegex("^\\| `([A-Z_]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex CodeInTable();

    [GeneratedRegex("\"([A-Z]+(?:_[A-Z]+)*)\"")]
    private static partial Regex CodeInSource();
}
