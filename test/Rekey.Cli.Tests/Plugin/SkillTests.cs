using System.Text.Json;
using System.Text.RegularExpressions;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Plugin;

/// <summary>The skill: when it is chosen, and that what it names exists.</summary>
public sealed partial class SkillTests(PluginTools tools) : IClassFixture<PluginTools>, IDisposable
{
    private const string Tool = "refresh_aws_sso_token";
    private const string Name = "aws-sso-refresh";
    private const string Path = $"skills/{Name}/SKILL.md";

    private readonly InstalledPlugin _plugin = new();

    public void Dispose() => _plugin.Dispose();

    // https://agentskills.io/specification: a name of lower-case letters, digits and hyphens that is the folder's, up to 64 characters; a
    // description of up to 1,024 that says what it does and when. Angle brackets do not belong into what stands in a prompt.
    [Fact]
    public void Its_front_matter_is_what_clients_read()
    {
        var front = FrontMatter().Match(_plugin.Read(Path));

        Assert.True(front.Success);
        Assert.Equal(Name, front.Groups["name"].Value);
        Assert.InRange(Description().Length, 1, 1024);
        Assert.DoesNotContain('<', Description());
        Assert.Contains("Use when", Description());
    }

    [Theory]
    [InlineData("Token has expired and refresh failed")]
    [InlineData("Error when retrieving token from sso")]
    [InlineData("The SSO session associated with this profile has expired")]
    [InlineData("ExpiredTokenException")]
    [InlineData("[AWS_AUTH_REQUIRED]")]
    public void It_is_chosen_by_the_texts_that_the_tool_is_for(string text)
    {
        var tool = tools.OfRekey.EnumerateArray().Single(static tool => tool.GetProperty("name").GetString() == Tool);

        Assert.Contains(text, Description());
        Assert.Contains(text, tool.GetProperty("description").GetString());
    }

    [Fact]
    public void Whatever_it_names_exists()
    {
        var named = Word().Matches(_plugin.Read(Path)).Select(static word => word.Groups[1].Value).ToHashSet();

        HashSet<string> known = [.. NamesIn(tools.OfRekey), .. NamesIn(tools.OfTheStandIn), .. Codes()];
        Assert.Superset(new HashSet<string> { Tool, "refresh_secret", "health_check", "server", "profile", "pending", "PROFILE_AMBIGUOUS" }, named);
        Assert.Equal([], named.Where(name => !known.Contains(name)));
    }

    // Claude Code calls the server of a plugin plugin:PLUGIN:SERVER, and a tool mcp__SERVER__TOOL with everything but letters, digits, _ and -
    // replaced by _. https://code.claude.com/docs/en/mcp; the rule itself is what its version 2.1.197 does.
    [Fact]
    public void It_names_the_tool_as_a_client_does_in_the_plugin_and_by_hand()
    {
        var plugin = _plugin.Manifest.GetProperty("name").GetString();
        var server = Assert.Single(_plugin.Servers.GetProperty("mcpServers").EnumerateObject()).Name;
        var skill = _plugin.Read(Path);

        Assert.Contains($"`mcp__{NotOfAName().Replace($"plugin:{plugin}:{server}", "_")}__{Tool}`", skill);
        Assert.Contains($"`mcp__{server}__{Tool}`", skill);
    }

    private string Description() => Blank().Replace(FrontMatter().Match(_plugin.Read(Path)).Groups["description"].Value, " ").Trim();

    private static IEnumerable<string> Codes() => Code().Matches(Repository.Read("docs/errors.md")).Select(static row => row.Groups[1].Value);

    /// <summary>Names of tools, arguments and members, and the values that a schema lists.</summary>
    private static IEnumerable<string> NamesIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static member => NamesIn(member.Value).Prepend(member.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(NamesIn),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };

    [GeneratedRegex(@"\A---\nname: (?<name>.+)\ndescription: >-\n(?<description>(?:  .+\n)+)---\n")]
    private static partial Regex FrontMatter();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();

    // What a client puts in front of a tool is tested on its own.
    [GeneratedRegex("`(?:mcp__(?:[a-z_]+?)__)?([A-Za-z][A-Za-z_]*)`")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\| `([A-Z0-9_]+)`", RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex("[^a-zA-Z0-9_-]")]
    private static partial Regex NotOfAName();
}
