using Rekey.Cli.Sessions;
using Rekey.Cli.Tests.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Sessions;

public sealed class McpClientServersTests : IDisposable
{
    private readonly TemporaryFolder _home = new();
    private readonly TemporaryFolder _project = new();

    [Theory]
    [InlineData("project", ".mcp.json", "mcpServers")]
    [InlineData("project", ".cursor/mcp.json", "mcpServers")]
    [InlineData("project", ".vscode/mcp.json", "servers")]
    [InlineData("project", ".gemini/settings.json", "mcpServers")]
    [InlineData("project", ".amazonq/mcp.json", "mcpServers")]
    [InlineData("home", ".claude.json", "mcpServers")]
    [InlineData("home", ".cursor/mcp.json", "mcpServers")]
    [InlineData("home", ".gemini/settings.json", "mcpServers")]
    [InlineData("home", ".copilot/mcp-config.json", "mcpServers")]
    [InlineData("home", ".aws/amazonq/mcp.json", "mcpServers")]
    public void The_files_of_every_client_are_read(string folder, string file, string section)
    {
        (folder == "home" ? _home : _project).File(file, $$"""{ "{{section}}": { "aws": { "env": { "AWS_PROFILE": "work" } } } }""");

        Assert.Equal(["work"], ProfilesOf("aws"));
    }

    [Fact]
    public void Files_that_contradict_each_other_name_both_and_files_that_agree_name_one()
    {
        Claude("""{ "mcpServers": { "aws": { "env": { "AWS_PROFILE": "home" } }, "agreed": { "env": { "AWS_PROFILE": "work" } } } }""");
        _project.File(".mcp.json", """{ "mcpServers": { "aws": { "env": { "AWS_PROFILE": "work" } }, "agreed": { "env": { "AWS_PROFILE": "work" } } } }""");

        Assert.Equal(["work", "home"], ProfilesOf("aws")); // the nearest first
        Assert.Equal(["work"], ProfilesOf("agreed"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{ "mcpServers": [] }""")]
    [InlineData("""{ "mcpServers": { "aws": "text" }, "servers": 7, "projects": [] }""")]
    [InlineData("""{ "mcpServers": { "aws": { "env": [] } }, "projects": { "/x": 1 } }""")]
    [InlineData("""{ "mcpServers": { "aws": { "env": { "AWS_PROFILE": 7 } } } }""")]
    [InlineData("""{ "mcpServers": { "aws": { "env": { "AWS_PROFILE": "" } } } }""")]
    [InlineData("""{ "mcpServers": { "AWS": { "env": { "AWS_PROFILE": "work" } } } }""")]
    public void What_is_no_such_file_names_nothing_and_hides_no_other(string content)
    {
        _project.File(".mcp.json", content);
        Assert.Empty(ProfilesOf("aws"));

        Claude("""{ "mcpServers": { "aws": { "env": { "AWS_PROFILE": "work" } } } }""");

        Assert.Equal(["work"], ProfilesOf("aws"));
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_is_passed_over()
    {
        Directory.CreateDirectory(Path.Combine(_project.Path, ".mcp.json"));
        Claude("""{ "mcpServers": { "aws": { "env": { "AWS_PROFILE": "work" } } } }""");

        Assert.Equal(["work"], ProfilesOf("aws"));
    }

    public void Dispose()
    {
        _home.Dispose();
        _project.Dispose();
    }

    private void Claude(string content) => _home.File(".claude.json", content);

    private IReadOnlyList<string> ProfilesOf(string server) =>
        McpClientServers.ProfilesOf(server, new McpClientFiles(new FakeEnvironment(), _home.Path, _project.Path).All());
}
