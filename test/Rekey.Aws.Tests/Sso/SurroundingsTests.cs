using Rekey.Aws.Sso;
using Rekey.Testing;

namespace Rekey.Aws.Tests.Sso;

public sealed class SurroundingsTests
{
    private static readonly Uri Page = new("https://d-1234567890.awsapps.com/start/#/device?user_code=A&b=c%20d");

    [Theory]
    [InlineData("DISPLAY", true, true)]
    [InlineData("WAYLAND_DISPLAY", true, true)]
    [InlineData("BROWSER", true, true)]
    [InlineData("", false, false)]
    [InlineData("DISPLAY SSH_CONNECTION", false, false)]
    [InlineData("DISPLAY SSH_TTY", false, false)]
    [InlineData("BROWSER SSH_TTY", true, false)]
    [InlineData("DISPLAY /.dockerenv", false, false)]
    [InlineData("BROWSER /run/.containerenv", true, false)]
    [InlineData("WSL_DISTRO_NAME", true, false)]
    [InlineData("DISPLAY WSL_INTEROP", true, false)]
    [InlineData("DISPLAY /proc/sys/fs/binfmt_misc/WSLInterop", true, false)]
    public void A_browser_is_opened_where_its_human_sits_and_awaited_where_it_can_come_back(string there, bool opens, bool comesBack)
    {
        var environment = new FakeEnvironment();
        foreach (var variable in there.Split(' ').Where(static name => name.Length > 0 && name[0] != '/'))
            environment[variable] = "x";
        var surroundings = new SignInSurroundings(environment, needsDisplay: true, file => there.Split(' ').Contains(file));

        Assert.Equal((opens, comesBack), (surroundings.CanOpenBrowser, surroundings.CanComeBack));
    }

    [Fact]
    public void Where_windows_need_no_display_there_is_a_browser() =>
        Assert.True(new SignInSurroundings(new FakeEnvironment(), needsDisplay: false, static _ => false).CanComeBack);

    [Theory]
    [InlineData(null, false, "xdg-open URL")]
    [InlineData("firefox", false, "firefox URL|xdg-open URL")]
    [InlineData("firefox --new-tab %s:'my browser' &", false, "firefox --new-tab URL|my browser URL|xdg-open URL")]
    [InlineData(null, true, "wslview URL|cmd.exe /C start ESCAPED|xdg-open URL")]
    public void The_browser_is_the_one_that_the_user_names_or_the_systems_own(string? browser, bool isWsl, string expected)
    {
        var environment = new FakeEnvironment { ["BROWSER"] = browser };

        var commands = BrowserCommands.For(Page, environment, isMac: false, isWsl);

        var url = Page.AbsoluteUri;
        Assert.Equal(
            expected.Replace("URL", url, StringComparison.Ordinal).Replace("ESCAPED", url.Replace("&", "^&", StringComparison.Ordinal), StringComparison.Ordinal),
            string.Join('|', commands.Select(static words => string.Join(' ', words))));
    }

    [Fact]
    public void On_a_mac_the_command_is_open() =>
        Assert.Equal(["open", Page.AbsoluteUri], Assert.Single(BrowserCommands.For(Page, new FakeEnvironment(), isMac: true, isWsl: false)));

    [Fact]
    public async Task A_browser_is_started_apart_from_us_with_the_address_as_one_argument_and_none_of_our_streams()
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Directory.CreateTempSubdirectory("rekey-browser-");
        var script = Path.Combine(folder.FullName, "browser.sh");
        var seen = Path.Combine(folder.FullName, "seen");
        File.WriteAllText(script, $"#!/bin/sh\nprintf '%s\\n' \"$#\" \"$1\" \"$(readlink /proc/self/fd/0)\" > {seen}.part\nmv {seen}.part {seen}\necho noise\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var browser = new SystemBrowser(new FakeEnvironment { ["BROWSER"] = script, ["PATH"] = "/usr/bin:/bin" });

        Assert.True(browser.TryOpen(Page));
        await Until.True(() => File.Exists(seen));

        var lines = File.ReadAllLines(seen);
        Assert.Equal(["1", Page.AbsoluteUri], lines[..2]);
        if (OperatingSystem.IsLinux())
            Assert.StartsWith("/dev/null", lines[2], StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Where_no_command_is_there_nothing_is_opened_and_nothing_thrown()
    {
        if (!OperatingSystem.IsWindows())
            Assert.False(new SystemBrowser(new FakeEnvironment { ["BROWSER"] = "/nowhere/browser", ["PATH"] = "/nowhere" }).TryOpen(Page));
    }
}
