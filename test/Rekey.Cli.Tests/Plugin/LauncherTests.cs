using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.Plugin;

/// <summary>What the plugin starts when Rekey is there: nothing else, and nothing in between is seen.</summary>
public sealed class LauncherTests
{
    public static TheoryData<string> Kinds => [.. OfficialClient.Kinds];

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_official_client_sees_the_server_itself(string kind)
    {
        using var user = await PluginUser.WithRekeyAsync();

        var report = await user.DriveAsync(kind, new { look = new { @do = "call", tool = "sample_rows", arguments = new { table = "paint" } } });

        var direct = await OfficialClient.DriveAsync(kind, user.Home, new { });
        Assert.Equal(direct.GetProperty("server").ToString(), report.GetProperty("server").ToString());
        Assert.Equal(direct.GetProperty("tools").ToString(), report.GetProperty("tools").ToString());
        Assert.Contains("blue", report.GetProperty("steps").GetProperty("look").GetProperty("result").ToString());
        Assert.Empty(report.GetProperty("transportErrors").EnumerateArray());
    }

    [Fact]
    public async Task It_finds_the_folder_of_dotnet_tools_that_PATH_lacks()
    {
        SkipOnWindows();
        using var user = await PluginUser.NewAsync();
        user.LinkRekey(Path.Combine(".dotnet", "tools"));

        Assert.Contains("sample_rows", Tools(await user.DriveAsync("sdk-1")));
    }

    [Fact]
    public async Task It_starts_what_REKEY_BIN_names_whatever_PATH_leads_to()
    {
        using var user = await PluginUser.NewAsync();
        user.SearchIn(Path.GetDirectoryName(user.Home.Write(Path.Combine("other", BuiltExecutable.NameOf("rekey")), "not this one"))!);
        user.Home.Variables["REKEY_BIN"] = BuiltExecutable.Path;

        Assert.Contains("sample_rows", Tools(await user.DriveAsync("sdk-1")));
    }

    [Fact]
    public async Task It_ends_with_its_client_and_with_the_code_of_Rekey()
    {
        using var user = await PluginUser.WithRekeyAsync();
        await using var session = await RawSession.StartAsync(user.Home, user.Plugin.Server);

        Assert.Equal(ExitCode.Ready, await session.CloseAsync());

        user.Home.Configure("""{ "credentails": {} }""");
        var end = await ChildProcess.RunAsync(user.Plugin.Server.Command, user.Plugin.Server.Arguments, user.Home.Environment);
        Assert.Equal(ExitCode.Configuration, end.ExitCode);
        Assert.Contains("credentials", end.Errors);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_that_ends_it_ends_Rekey_in_order(string signal)
    {
        SkipOnWindows();
        using var user = await PluginUser.WithRekeyAsync();
        await using var session = await RawSession.StartAsync(user.Home, user.Plugin.Server);

        await SignalAsync(session.Server.Id, signal);

        Assert.Null(await session.Server.ReadLineAsync()); // nobody holds the stream any more
        Assert.Equal(ExitCode.Ready, await session.Server.ExitAsync());
    }

    [Fact]
    public async Task It_ends_by_the_signal_that_ended_Rekey()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells the children of a process in a file.");
        using var user = await PluginUser.WithRekeyAsync();
        await using var session = await RawSession.StartAsync(user.Home, user.Plugin.Server);
        var launcher = session.Server.Id;
        var rekey = int.Parse(await File.ReadAllTextAsync($"/proc/{launcher}/task/{launcher}/children"), CultureInfo.InvariantCulture);

        await SignalAsync(rekey, "KILL");

        Assert.Equal(128 + 9, await session.Server.ExitAsync());
    }

    internal static IEnumerable<string?> Tools(JsonElement report) =>
        report.GetProperty("tools").EnumerateArray().Select(static tool => tool.GetProperty("name").GetString());

    internal static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a permission there, and signals do not exist.");

    private static async Task SignalAsync(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
