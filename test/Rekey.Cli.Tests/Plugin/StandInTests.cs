using System.Text.Json;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Plugin;

/// <summary>What a user of the plugin sees when Rekey cannot be started: what to do, and never a program that lies around.</summary>
public sealed class StandInTests
{
    private const string Advice = "how_to_install_rekey";
    private const int CommandNotFound = 127;

    public static TheoryData<string> Kinds => [.. OfficialClient.Kinds];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Without_Rekey_the_only_tool_says_how_to_install_it(string kind)
    {
        using var user = await PluginUser.NewAsync();

        var report = await user.DriveAsync(kind, new { ask = new { @do = "call", tool = Advice }, other = new { @do = "call", tool = "run_select" } });

        Assert.Equal([Advice], LauncherTests.Tools(report));
        Assert.Equal(BuiltExecutable.Version, report.GetProperty("server").GetProperty("version").GetString());
        Assert.Contains("is not installed", Text(report));
        Assert.Contains("no such tool", report.GetProperty("steps").GetProperty("other").GetProperty("thrown").GetProperty("message").GetString());
        Assert.Empty(report.GetProperty("transportErrors").EnumerateArray());
    }

    [Fact]
    public async Task Its_advice_is_one_line_and_that_of_the_README()
    {
        using var user = await PluginUser.NewAsync();

        var end = await ChildProcess.RunAsync(user.Plugin.Server.Command, user.Plugin.Server.Arguments, user.Home.Environment);

        var line = Assert.Single(end.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var readme = Repository.Read("README.md");
        Assert.Contains(line.Split('`')[1], readme);
        Assert.Contains("scripts/pack", line);
        Assert.Contains("scripts/pack", readme);
        Assert.Empty(end.Output);
        Assert.Equal(CommandNotFound, end.ExitCode);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("bin")]
    [InlineData("")]
    public async Task A_program_in_the_working_folder_is_never_started(string search)
    {
        LauncherTests.SkipOnWindows();
        using var user = await PluginUser.NewAsync();
        var checkout = Path.GetDirectoryName(user.Home.Write("checkout/readme", ""))!;
        user.LinkRekey("checkout");
        user.LinkRekey("checkout/bin");
        user.SearchIn(search);

        Assert.Equal([Advice], LauncherTests.Tools(await user.DriveAsync("sdk-1", folder: checkout)));

        user.Home.Variables["REKEY_BIN"] = "./rekey";
        Assert.Equal([Advice], LauncherTests.Tools(await user.DriveAsync("sdk-1", folder: checkout)));
    }

    [Theory]
    [InlineData(null, "REKEY_BIN does not hold")]
    [InlineData("#!/no/such/interpreter\n", "could not be started")]
    public async Task A_program_that_cannot_be_started_is_told_and_not_replaced(string? content, string told)
    {
        LauncherTests.SkipOnWindows();
        using var user = await PluginUser.WithRekeyAsync();
        var path = Path.Combine(user.Home.Path, "broken");
        if (content is not null && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(user.Home.Write("broken", content), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        user.Home.Variables["REKEY_BIN"] = path;

        Assert.Contains(told, Text(await user.DriveAsync("sdk-2-modern", new { ask = new { @do = "call", tool = Advice } })));
    }

    [Theory]
    [InlineData("no JSON", -32700)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"toString"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call"}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2999-01-01"}}}""", -32022)]
    public async Task It_answers_what_it_does_not_understand_with_an_error(string request, int code)
    {
        using var user = await PluginUser.NewAsync();

        var end = await ChildProcess.RunAsync(
            user.Plugin.Server.Command, user.Plugin.Server.Arguments, user.Home.Environment, $$"""null{{"\n"}}{"jsonrpc":"2.0","method":"notifications/initialized"}{{"\n"}}{{request}}{{"\n"}}""");

        var answer = Assert.Single(end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(code, JsonElement.Parse(answer).GetProperty("error").GetProperty("code").GetInt32());
    }

    private static string? Text(JsonElement report) =>
        report.GetProperty("steps").GetProperty("ask").GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString();
}
