using System.Text.Json;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The MCP Inspector, in both eras of the protocol.</summary>
public sealed class InspectorTests
{
    private const int ToolFailed = 5;

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task It_finds_nothing_to_criticise_in_the_schemas(string era)
    {
        using var home = UserHome.WithDatabase();

        var end = await OfficialClient.InspectAsync(era, home, "--method", "tools/list", "--strict");

        Assert.True(end.ExitCode == 0, end.Errors);
        Assert.Equal(15, JsonElement.Parse(end.Output).GetProperty("result").GetProperty("tools").GetArrayLength());
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task It_reads_a_row(string era)
    {
        using var home = UserHome.WithDatabase();

        var end = await OfficialClient.InspectAsync(era, home, "--method", "tools/call", "--tool-name", "sample_rows", "--tool-arg", "table=paint");

        Assert.True(end.ExitCode == 0, end.Errors);
        Assert.Contains("blue", end.Output);
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    public async Task It_shows_a_failure_with_its_own_message(string era)
    {
        using var home = UserHome.WithDatabase();

        var end = await OfficialClient.InspectAsync(era, home, "--method", "tools/call", "--tool-name", "sample_rows", "--tool-arg", "table=none");

        Assert.Equal(ToolFailed, end.ExitCode);
        Assert.Contains("TABLE_NOT_FOUND", end.Output);
    }
}
