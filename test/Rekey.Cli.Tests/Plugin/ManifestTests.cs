using System.Text.Json;
using System.Text.RegularExpressions;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Plugin;

/// <summary>The manifests hold what Claude Code reads, and what they name is there.</summary>
public sealed partial class ManifestTests : IDisposable
{
    private readonly InstalledPlugin _plugin = new();

    public void Dispose() => _plugin.Dispose();

    // https://code.claude.com/docs/en/plugins/marketplace-reference: name, owner and plugins are required, of an entry name and source. An
    // entry's version would be a second place to forget: that of plugin.json wins.
    [Fact]
    public void The_marketplace_leads_to_the_plugin()
    {
        Assert.Equal(["name", "description", "owner", "plugins"], Keys(_plugin.Marketplace));
        Assert.Equal(["name", "source", "description"], Keys(_plugin.Entry));
        Assert.Equal("./plugin", _plugin.Entry.GetProperty("source").GetString());
        Assert.NotEmpty(_plugin.Marketplace.GetProperty("owner").GetProperty("name").GetString()!);
        Assert.Equal(_plugin.Manifest.GetProperty("name").GetString(), _plugin.Entry.GetProperty("name").GetString());
        Assert.Equal(_plugin.Manifest.GetProperty("description").GetString(), _plugin.Entry.GetProperty("description").GetString());
    }

    // https://code.claude.com/docs/en/plugins/manifest-reference: only the name is required. `.mcp.json` and `skills/` lie where they are
    // looked for, so the manifest does not name them.
    [Fact]
    public void The_plugin_says_what_it_is()
    {
        Assert.Equal(["name", "version", "description", "author", "license", "keywords"], Keys(_plugin.Manifest));
        Assert.Matches(KebabCase(), _plugin.Manifest.GetProperty("name").GetString());
        Assert.Equal("MIT", _plugin.Manifest.GetProperty("license").GetString());
    }

    [Fact]
    public void Its_version_is_that_of_the_executable() =>
        Assert.Equal(BuiltExecutable.Version, _plugin.Manifest.GetProperty("version").GetString());

    // An installation copies the folder whole, with whatever was forgotten in it.
    [Fact]
    public void It_consists_of_the_files_that_its_README_lists()
    {
        string[] listed = [.. Listed().Matches(_plugin.Read("README.md")).Select(static row => row.Groups[1].Value), ".claude-plugin/plugin.json", "README.md"];

        Assert.Equal(listed.Order(StringComparer.Ordinal), _plugin.Files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_server_is_started_from_its_own_folder_by_a_program_that_every_system_has()
    {
        Assert.Equal(["rekey"], Keys(_plugin.Servers.GetProperty("mcpServers")));
        Assert.Equal("node", _plugin.Server.Command);
        var launcher = Assert.Single(_plugin.Server.Arguments);
        Assert.StartsWith(_plugin.Root, launcher);
        Assert.True(File.Exists(launcher));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("plugin/README.md")]
    public void The_commands_that_install_it_name_it_as_the_manifests_do(string path)
    {
        var marketplace = _plugin.Marketplace.GetProperty("name").GetString();

        Assert.Contains($"/plugin install {_plugin.Entry.GetProperty("name").GetString()}@{marketplace}\n", Repository.Read(path));
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(static property => property.Name);

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
