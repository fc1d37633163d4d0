using System.Text.Json;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Sso;

/// <summary>
/// The built executable before an Identity Center on loopback. Every token, client secret, code and key that it gives out is planted,
/// and what a process says, at its most talkative, is observed.
/// </summary>
public abstract class SsoProcessTest : LeakCheckedTest
{
    private readonly List<SsoHome> _homes = [];
    private readonly List<RawSession> _sessions = [];

    private protected SsoHome NewHome()
    {
        var home = new SsoHome(value => Plant(value).Reveal());
        _homes.Add(home);
        return home;
    }

    /// <summary>A server that is ended and observed when the test is over.</summary>
    private protected async Task<RawSession> ServeAsync(SsoHome home)
    {
        var session = await RawSession.StartAsync(home.Home, "--log-level", "trace");
        _sessions.Add(session);
        return session;
    }

    /// <summary>Runs a command of ours to its end.</summary>
    private protected async Task<Finished> RunAsync(SsoHome home, params string[] arguments) => Observe(await home.RunAsync(arguments));

    private protected Finished Observe(Finished end)
    {
        Observe(end.Output);
        Observe(end.Errors);
        return end;
    }

    /// <summary>Calls the tool and answers its structured content.</summary>
    private protected static async Task<JsonElement> SignInAsync(RawSession session, object arguments) =>
        (await session.CallAsync("refresh_aws_sso_token", arguments)).GetProperty("structuredContent");

    /// <summary>One credential as <c>list_credentials</c> shows it.</summary>
    private protected static async Task<JsonElement> ListedAsync(RawSession session, string name)
    {
        var listed = await session.CallAsync("list_credentials", new { });
        return listed.GetProperty("structuredContent").GetProperty("credentials").EnumerateArray().Single(c => Text(c, "name") == name);
    }

    /// <summary>Asks until the answer is the one that is awaited. The limit is generous: it ends a broken test, it times nothing.</summary>
    private protected static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isAwaited)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (true)
        {
            var answer = await ask();
            if (isAwaited(answer))
                return answer;
            Assert.False(limit.IsCancellationRequested, $"It never came; at last: {answer}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private protected static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private protected static string? CodeOf(JsonElement content) => content.TryGetProperty("error", out var error) ? Text(error, "code") : null;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var session in _sessions)
        {
            await session.CloseAsync();
            Observe(string.Join('\n', session.Lines));
            Observe(session.Server.Errors);
            await session.DisposeAsync();
        }
        foreach (var home in _homes)
            await home.DisposeAsync();
        await base.DisposeAsync();
    }
}
