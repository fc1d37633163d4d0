using System.Security.Cryptography;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>Where the sessions are kept, as anybody sees it who looks at the disk.</summary>
public sealed class StoreTests : SlackProcessTest
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task With_a_key_no_file_holds_a_token_or_a_cookie()
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        slack.Home.Variables["STORE_KEY"] = Planted(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        slack.Configure(SlackHome.OnRequest, """ "store": { "key": "env://STORE_KEY" }, """);
        var server = await ServeAsync(slack.Home);
        Assert.Equal(1, (await RefreshAsync(server)).Total);
        await server.CloseAsync();

        var files = Directory.GetFiles(slack.Home.Path, "*", SearchOption.AllDirectories);
        Assert.Contains(FileIn(slack.Home, SlackHome.Name)!, files);
        Assert.All(files, file => Observe(File.ReadAllText(file)));
        var check = await RunAsync(slack.Home, "check");
        Assert.Equal(ExitCode.Ready, check.ExitCode);
        Assert.Contains("encrypted with store.key", check.Output);
        Assert.Equal(session.Token, slack.ShownToken); // what is encrypted is read again
    }

    [Fact]
    public async Task Without_a_key_the_files_are_the_owners_alone_and_check_says_what_protects_them()
    {
        var slack = NewSlack();
        slack.SignIn();
        await RefreshAsync(await ServeAsync(slack.Home));

        var check = await RunAsync(slack.Home, "check");

        Assert.Equal(ExitCode.Ready, check.ExitCode);
        Assert.Contains($"{StoreFolderOf(slack.Home)} (protected by file mode only)", check.Output);
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(StoreFolderOf(slack.Home)));
        foreach (var file in Directory.GetFiles(StoreFolderOf(slack.Home)))
            Assert.Equal(OwnerFile, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task With_another_key_the_session_is_neither_read_nor_overwritten()
    {
        var slack = NewSlack();
        slack.SignIn();
        slack.Book.KeepsOldTokens = true; // the configured one serves meanwhile
        slack.Configure(SlackHome.OnRequest, """ "store": { "key": "env://STORE_KEY", "path": "~/state/rekey" }, """);
        slack.Home.Variables["STORE_KEY"] = Planted(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        var server = await ServeAsync(slack.Home);
        await RefreshAsync(server);
        await server.CloseAsync();
        var file = FileIn(slack.Home, SlackHome.Name)!;
        var before = File.ReadAllBytes(file);

        slack.Home.Variables["STORE_KEY"] = Planted(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        var answer = await RefreshAsync(await ServeAsync(slack.Home));

        Assert.Equal("STORAGE_ERROR", answer.Code);
        Assert.Contains("store.key", answer.Message);
        Assert.Equal(before, File.ReadAllBytes(file));
    }
}
