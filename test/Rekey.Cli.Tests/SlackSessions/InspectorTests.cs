using System.Text.Json;
using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>The MCP Inspector before a server whose one credential is a session.</summary>
public sealed class InspectorTests : SlackProcessTest
{
    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task It_finds_nothing_to_criticise_in_the_schemas(string era)
    {
        var slack = NewSlack();
        slack.SignIn();

        var end = await OfficialClient.InspectAsync(era, slack.Home, "--method", "tools/list", "--strict");

        Assert.True(end.ExitCode == 0, Observe(end.Errors));
        var tools = JsonElement.Parse(Observe(end.Output)).GetProperty("result").GetProperty("tools").EnumerateArray().ToList();
        Assert.Equal(
            ["health_check", "list_credentials", "get_credential_events", "refresh_credentials"], tools.Select(static t => t.GetProperty("name").GetString()));
        Assert.Empty(tools[^1].GetProperty("inputSchema").GetProperty("properties").EnumerateObject());
    }
}
