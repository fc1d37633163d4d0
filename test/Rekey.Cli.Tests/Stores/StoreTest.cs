using Microsoft.Extensions.Logging;
using Rekey.Cli.Stores;
using Rekey.Cli.Tests.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Stores;

/// <summary>A store in a folder of its own, whose secrets must not show up anywhere.</summary>
public abstract class StoreTest : LeakCheckedTest, ISecretRegistry
{
    protected const string Name = "slack";

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryFolder _temporary = new();
    private readonly Captured _log;

    protected StoreTest() => _log = new Captured(Logger);

    protected ManualTimeProvider Time { get; } = new();

    protected string Folder => Path.Combine(_temporary.Path, "store");

    protected string File => In("slack.json");

    /// <summary>What was registered, as <c>credential#field</c>, with its value.</summary>
    private protected List<(string Name, Secret Value)> Registered { get; } = [];

    private protected IReadOnlyList<(LogLevel Level, string Text)> Logged => _log.Lines;

    void ISecretRegistry.Register(string credential, string field, Secret value) => Registered.Add(($"{credential}#{field}", value));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _temporary.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string In(string name) => Path.Combine(Folder, name);

    protected string Beside(string name) => Path.Combine(_temporary.Path, name);

    /// <summary>The names of the files that are there, apart from locks.</summary>
    protected string[] Names() => [.. Directory.GetFiles(Folder).Select(static file => Path.GetFileName(file)).Where(static name => !name.EndsWith(".lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private protected FileCredentialStore Store(StoreKey? key = null, IStoreDisk? disk = null, TimeProvider? time = null) => new(new FileStoreOptions
    {
        Folder = Folder,
        Key = key,
        Secrets = this,
        Logger = _log,
        Time = time ?? Time,
        Disk = disk ?? StoreDisk.Instance,
    });

    /// <summary>A key whose 32 bytes are all the same.</summary>
    private protected StoreKey Key(byte filling = 7)
    {
        var text = Plant(Convert.ToBase64String([.. Enumerable.Repeat(filling, 32)]));
        return new StoreKey(_ => new ValueTask<Secret>(text));
    }

    protected SessionRecord Record(string token = "first") => new()
    {
        Current = new SessionState
        {
            Fields = new Dictionary<string, Secret> { ["token"] = Plant($"xoxc-{token}-1234567890"), ["cookie"] = Plant($"xoxd-{token}-1234567890") },
            RefreshedAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, 123, TimeSpan.Zero),
        },
        Refreshes = 3,
        AttemptedAt = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.FromHours(2)),
        Origins = ["c2FsdA:ZGlnZXN0"],
    };

    protected async Task WriteAsync(ICredentialStore store, SessionRecord record, string name = Name)
    {
        using var held = await Passing(store.LockAsync(name, CancellationToken.None).AsTask());
        await Passing(store.WriteAsync(name, record, CancellationToken.None).AsTask());
    }

    protected Task<SessionRecord?> ReadAsync(ICredentialStore store, string name = Name) => Passing(store.ReadAsync(name, CancellationToken.None).AsTask());

    /// <summary>The token of the record that is there; null when there is none.</summary>
    protected async Task<Secret?> TokenAsync(ICredentialStore store) => (await ReadAsync(store))?.Current["token"];

    /// <summary>Expects a failure of the store and returns it.</summary>
    protected async Task<CredentialError> RefusedAsync(Func<Task> act)
    {
        var error = Observe(await Assert.ThrowsAsync<CredentialException>(act)).Error;
        Assert.Equal("STORAGE_ERROR", error.Code);
        Assert.True(error.Retryable);
        Assert.False(string.IsNullOrEmpty(error.NextStep));
        return error;
    }

    protected Task Passing(Task work) => Until.Done(work, Time, Step);

    protected Task<T> Passing<T>(Task<T> work) => Until.Done(work, Time, Step);

    private sealed class Captured(ILogger observing) : ILogger
    {
        private readonly List<(LogLevel, string)> _lines = [];

        public IReadOnlyList<(LogLevel Level, string Text)> Lines
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            observing.Log(logLevel, eventId, state, exception, formatter);
            lock (_lines)
                _lines.Add((logLevel, formatter(state, exception)));
        }
    }
}
