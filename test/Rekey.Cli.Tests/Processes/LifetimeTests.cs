using System.Diagnostics;
using System.Text.Json;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The process itself: what it prints, and how it ends.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public async Task It_does_not_wait_for_a_query_when_its_input_closes()
    {
        using var home = UserHome.WithDatabase();
        await using var session = await RawSession.StartAsync(home);
        await session.BeginAsync("tools/call", new { name = "run_select", arguments = new { query = UserHome.EndlessQuery } });
        await session.CallAsync("list_credentials", new { }); // an answer while the query runs

        // The engine would let the query run for half a minute.
        Assert.Equal(ExitCode.Ready, await session.CloseAsync().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System));
    }

    [Theory]
    [InlineData("sdk-1")]
    [InlineData("sdk-2-modern")]
    public async Task It_does_not_outlive_a_client_that_is_killed(string kind)
    {
        using var home = UserHome.WithDatabase();
        await using var client = await OfficialClient.StayAsync(kind, home);
        var report = await client.ReadLineAsync();
        Assert.True(report is not null, client.Errors);
        using var server = Process.GetProcessById(JsonElement.Parse(report).GetProperty("pid").GetInt32());
        Assert.False(server.HasExited);

        client.Kill();

        await Until.True(() => HasEnded(server));
    }

    [Fact]
    public async Task Its_output_is_the_protocol_and_nothing_else_however_much_it_logs()
    {
        using var home = UserHome.WithDatabase();
        await using var session = await RawSession.StartAsync(home, "--log-level", "trace");
        await session.AskAsync("tools/list", new { });
        await session.CallAsync("run_select", new { query = "select colour from paint" });
        await session.CallAsync("run_select", new { query = "select" });
        await session.SendAsync("no request at all");
        await session.CallAsync("health_check", new { });
        await session.CloseAsync();

        Assert.NotEmpty(session.Server.Errors);
        Assert.All(session.Lines, static line => Assert.Equal("2.0", JsonElement.Parse(line).GetProperty("jsonrpc").GetString()));
    }

    [Fact]
    public async Task A_rewritten_file_is_noticed_without_being_told()
    {
        using var home = UserHome.WithDatabase();
        await using var session = await RawSession.StartAsync(home);
        Assert.Equal("blue", await ColourAsync(session));

        home.Write("paint.url", $"sqlite:{home.Database("green.db", "green")}");

        var colours = new List<string?>();
        await UntilAsync(async () =>
        {
            colours.Add(await ColourAsync(session));
            return colours[^1] == "green";
        });
        Assert.DoesNotContain(null, colours);
    }

    private static async Task<string?> ColourAsync(RawSession session)
    {
        var result = await session.CallAsync("run_select", new { query = "select colour from paint" });
        return result.GetProperty("isError").GetBoolean() ? null : result.GetProperty("structuredContent").GetProperty("rows")[0].GetProperty("colour").GetString();
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!await condition())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }

    // Where nobody collects orphans, the process that has ended stays in the table as a zombie.
    private static bool HasEnded(Process process)
    {
        if (process.HasExited)
            return true;
        try
        {
            return OperatingSystem.IsLinux() && File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }
}
