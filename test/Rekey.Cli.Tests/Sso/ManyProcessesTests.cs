using System.Text.Json;
using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.Sso;

/// <summary>Several processes of one user on one session whose refresh tokens are good once.</summary>
public sealed class ManyProcessesTests : SsoProcessTest
{
    [Fact]
    public async Task Of_six_processes_that_find_a_token_due_one_refreshes_it_and_nobody_loses_the_session()
    {
        var home = NewHome();
        home.ConfigureSession();
        home.SignedIn(TimeSpan.FromMinutes(10));

        var ends = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RunAsync(home, "check", "--json")));

        Assert.All(ends, static end => Assert.True(end.ExitCode == ExitCode.Ready, end.Output + end.Errors));
        Assert.All(ends, static end => Assert.Equal("ready", Text(JsonElement.Parse(end.Output).GetProperty("credentials")[0], "status")));
        Assert.Equal((1, 0, 1), (home.Server.Book.Refreshes, home.Server.Book.Replays, home.Server.Calls("/token")));
        Assert.True(home.Server.Book.Accepts(home.Token));
    }

    [Fact]
    public async Task Two_processes_that_want_a_human_show_one_page()
    {
        var home = NewHome();
        home.UseBrowser("true");
        await using var first = Start(home);
        var page = await PageAsync(first);
        await using var second = Start(home);
        Assert.Equal(page, await PageAsync(second));

        await home.Server.Human.OpenAsync(new Uri(page!));

        Assert.Equal((ExitCode.Ready, ExitCode.Ready), (await first.ExitAsync(), await second.ExitAsync()));
        Assert.Equal(1, home.Server.Calls("/device_authorization"));
        Observe(first.Errors + second.Errors);
    }

    private static ChildProcess Start(SsoHome home) =>
        ChildProcess.Start(BuiltExecutable.Path, ["login", "work", "--device", "--log-level", "trace"], home.Home.Environment);

    private async Task<string?> PageAsync(ChildProcess login)
    {
        while (await login.ReadLineAsync() is { } line)
        {
            if (Observe(line).Trim() is var page && page.StartsWith("http", StringComparison.Ordinal))
                return page;
        }
        return null;
    }
}
