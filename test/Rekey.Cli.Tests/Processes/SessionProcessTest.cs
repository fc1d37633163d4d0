using System.Text.Json;
using Rekey.Cli.Stores;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Processes;

/// <summary>
/// The built executable before services on loopback that grant sessions. Every token and cookie that they give out is planted; what a
/// process says at its most talkative is observed, and so is every file of the user that is not the store.
/// </summary>
public abstract class SessionProcessTest : LeakCheckedTest
{
    private readonly List<UserHome> _homes = [];
    private readonly List<RawSession> _servers = [];

    /// <summary>Plants what a fake service mints.</summary>
    private protected string Planted(string value) => Plant(value).Reveal();

    /// <summary>A home whose store is where the environment says.</summary>
    private protected UserHome NewHome()
    {
        var home = new UserHome();
        home.Variables["XDG_STATE_HOME"] = Path.Combine(home.Path, "state");
        _homes.Add(home);
        return home;
    }

    /// <summary>The folder in which a home's sessions are kept.</summary>
    private protected static string StoreFolderOf(UserHome home) => Path.Combine(home.Path, "state", "rekey");

    /// <summary>The store of a home, for whoever wants to write or read a record from outside.</summary>
    private protected static FileCredentialStore StoreOf(UserHome home) => new(new FileStoreOptions { Folder = StoreFolderOf(home) });

    private protected static async Task<SessionRecord> StoredAsync(UserHome home, string credential) =>
        await StoreOf(home).ReadAsync(RecordIn(home, credential) ?? "none", TestContext.Current.CancellationToken) ?? throw new InvalidOperationException("Nothing is stored.");

    /// <summary>What the record of a credential is called; null while there is none.</summary>
    private protected static string? RecordIn(UserHome home, string credential) =>
        FileIn(home, credential) is { } file ? Path.GetFileNameWithoutExtension(file) : null;

    /// <summary>The file of a credential's record; null while there is none.</summary>
    private protected static string? FileIn(UserHome home, string credential) =>
        Directory.Exists(StoreFolderOf(home)) ? Directory.GetFiles(StoreFolderOf(home), $"{credential}.*.json").SingleOrDefault() : null;

    private protected static async Task StoreAsync(UserHome home, string name, SessionRecord record)
    {
        var store = StoreOf(home);
        using var held = await store.LockAsync(name, TestContext.Current.CancellationToken);
        await store.WriteAsync(name, record, TestContext.Current.CancellationToken);
    }

    /// <summary>A server that is ended and observed when the test is over.</summary>
    private protected Task<RawSession> ServeAsync(UserHome home) => ServeAsync(home, BuiltExecutable.Path);

    /// <summary>The same with one of the executables.</summary>
    private protected async Task<RawSession> ServeAsync(UserHome home, string executable)
    {
        var server = await RawSession.StartAsync(home, ServerCommand.Rekey(executable, "--log-level", "trace"));
        _servers.Add(server);
        return server;
    }

    /// <summary>Ends a server as the power cut does.</summary>
    private protected static async Task KillAsync(RawSession server)
    {
        server.Server.Kill();
        await server.Server.ExitAsync();
    }

    private protected async Task<Finished> RunAsync(UserHome home, params string[] arguments)
    {
        var end = await ChildProcess.RunAsync(BuiltExecutable.Path, [.. arguments, "--log-level", "trace"], home.Environment);
        Observe(end.Output);
        Observe(end.Errors);
        return end;
    }

    /// <summary>Has the session refreshed, and holds the answer against the contract.</summary>
    private protected static async Task<RefreshAnswer> RefreshAsync(RawSession server, string? credential = null) =>
        RefreshAnswer.Of(await server.CallAsync("refresh_credentials", credential is null ? new { } : new { credential }));

    /// <summary>One credential as <c>list_credentials</c> shows it.</summary>
    private protected static async Task<JsonElement> ListedAsync(RawSession server, string name) =>
        Named((await server.CallAsync("list_credentials", new { })).GetProperty("structuredContent"), name);

    /// <summary>One credential as <c>health_check</c> shows it, be the server healthy or not.</summary>
    private protected static async Task<JsonElement> HealthAsync(RawSession server, string name)
    {
        var content = (await server.CallAsync("health_check", new { })).GetProperty("structuredContent");
        return Named(content.TryGetProperty("error", out var error) ? error : content, name);
    }

    /// <summary>What has happened to a credential, the oldest first.</summary>
    private protected static async Task<IReadOnlyList<JsonElement>> EventsAsync(RawSession server, string credential)
    {
        var result = await server.CallAsync("get_credential_events", new { credential, limit = 500 });
        return [.. result.GetProperty("structuredContent").GetProperty("events").EnumerateArray().Reverse()];
    }

    private protected static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private protected static long Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt64() : -1;

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

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var server in _servers)
        {
            await server.CloseAsync();
            Observe(string.Join('\n', server.Lines));
            Observe(server.Server.Errors);
            await server.DisposeAsync();
        }
        foreach (var home in _homes)
        {
            ObserveFiles(home);
            home.Dispose();
        }
        await base.DisposeAsync();
    }

    private void ObserveFiles(UserHome home)
    {
        foreach (var file in Directory.EnumerateFiles(home.Path, "*", SearchOption.AllDirectories).Where(f => !MayHoldSecrets(home, f)))
            Observe($"{file}\n{File.ReadAllText(file)}");
    }

    // The store itself, and what the operator has put there.
    private static bool MayHoldSecrets(UserHome home, string file) =>
        Path.GetRelativePath(StoreFolderOf(home), file) is var name && !name.StartsWith("..", StringComparison.Ordinal)
        || file.StartsWith(Path.Combine(home.Path, "secrets"), StringComparison.Ordinal)
        || Path.GetExtension(file) == ".sock";

    private static JsonElement Named(JsonElement content, string name) =>
        content.GetProperty("credentials").EnumerateArray().Single(c => Text(c, "name") == name);
}
