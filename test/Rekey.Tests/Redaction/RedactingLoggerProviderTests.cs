using System.Globalization;
using Microsoft.Extensions.Logging;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Tests.Redaction;

public sealed partial class RedactingLoggerProviderTests : LeakCheckedTest
{
    private const string M = Secret.Marker;

    private readonly SecretRedactor _redactor = new();
    private readonly Recorder _inner = new();

    public RedactingLoggerProviderTests() => _redactor.Register("orders", "password", Plant("hunter2-hunter2"));

    [Fact]
    public void Message_and_values_are_redacted()
    {
        object[] values = ["app", "hunter2-hunter2", 5432];
        Open().LogInformation("login {Login} with {Password} on {Port}", values);

        var entry = Entry();
        Assert.Equal($"login app with {M} on 5432", entry.Message);
        Assert.Equal(M, entry.Values["Password"]);
        Assert.Equal(5432, entry.Values["Port"]);
        Assert.Equal("login {Login} with {Password} on {Port}", entry.Values["{OriginalFormat}"]);
    }

    [Fact]
    public void Category_and_event_are_redacted()
    {
        Open("category hunter2-hunter2").Log(LogLevel.Error, new EventId(7, "event hunter2-hunter2"), "text");

        var entry = Entry();
        Assert.Equal($"category {M}", entry.Category);
        Assert.Equal(7, entry.Event.Id);
        Assert.Equal($"event {M}", entry.Event.Name);
    }

    [Fact]
    public void An_object_goes_on_as_its_text_so_that_nothing_can_be_unfolded_from_it()
    {
        object[] values = [new Connection("hunter2-hunter2"), new[] { "a", "hunter2-hunter2" }];
        Open().LogInformation("{Connection} {Many}", values);

        var entry = Entry();
        Assert.Equal("Connection to db", entry.Values["Connection"]);
        Assert.Equal($"a, {M}", entry.Values["Many"]);
    }

    [Fact]
    public void A_number_that_is_a_secret_becomes_the_marker()
    {
        _redactor.Register("orders", "pin", new Secret("12345678"));

        object[] values = [12345678, 12];
        Open().LogInformation("{Pin} {Other}", values);

        Assert.Equal(M, Entry().Values["Pin"]);
        Assert.Equal(12, Entry().Values["Other"]);
    }

    [Fact]
    public void An_exception_keeps_its_type_message_and_stack_and_loses_the_rest()
    {
        var exception = Thrown(new InvalidOperationException("outer hunter2-hunter2", new FormatException("inner hunter2-hunter2")));
        exception.Data["password"] = "hunter2-hunter2";

        Open().LogError(exception, "failed");

        var logged = Entry().Exception!;
        Assert.Equal($"outer {M}", logged.Message);
        Assert.Equal($"inner {M}", logged.InnerException!.Message);
        Assert.Contains(nameof(Thrown), logged.StackTrace);
        Assert.StartsWith($"System.InvalidOperationException: outer {M}", Observe(logged).ToString());
        Assert.Contains("System.FormatException", logged.ToString());
        Assert.Empty(logged.Data);
    }

    [Fact]
    public void Scopes_are_redacted_whoever_keeps_them()
    {
        var logger = Open();
        using (logger.BeginScope("own hunter2-hunter2"))
            logger.LogInformation("text");
        Assert.Equal([$"own {M}"], _inner.OwnScopes);

        using var factory = OpenShared();
        var shared = factory.CreateLogger("shared");
        using (shared.BeginScope("shared hunter2-hunter2"))
        using (shared.BeginScope(new Dictionary<string, object> { ["Password"] = "hunter2-hunter2", ["Port"] = 5432 }))
            shared.LogInformation("text");

        var scopes = _inner.Entries.Last().Scopes;
        Assert.Equal($"shared {M}", Observe(scopes[0]!.ToString()!));
        var values = Assert.IsAssignableFrom<IEnumerable<KeyValuePair<string, object?>>>(scopes[1]).ToDictionary();
        Assert.Equal(M, values["Password"]);
        Assert.Equal(5432, values["Port"]);
    }

    [Fact]
    public void What_cannot_be_formatted_is_withheld()
    {
        Open().Log(LogLevel.Error, default, "state hunter2-hunter2", new UnreadableException(), static (_, _) => throw new FormatException("hunter2-hunter2"));

        var entry = Entry();
        Assert.StartsWith("[REDACTION_FAILED] ", entry.Message);
        Assert.StartsWith("[REDACTION_FAILED] ", entry.Exception!.Message);
        Assert.StartsWith("[REDACTION_FAILED] ", entry.Exception.ToString());
    }

    [Fact]
    public void Generated_log_methods_go_through_the_same_door()
    {
        LoginFailed(Open(), "hunter2-hunter2");

        Assert.Equal($"login failed: {M}", Entry().Message);
        Assert.Equal(M, Entry().Values["Reason"]);
    }

    [Fact]
    public void A_level_that_is_off_costs_no_formatting()
    {
        _inner.Lowest = LogLevel.Warning;

        Open().Log(LogLevel.Information, default, "state", null, static (_, _) => throw new InvalidOperationException("formatted"));

        Assert.Empty(_inner.Entries);
    }

    [LoggerMessage(1, LogLevel.Warning, "login failed: {Reason}")]
    private static partial void LoginFailed(ILogger logger, string reason);

    private ILogger Open(string category = "test") => new RedactingLoggerProvider(_inner, _redactor).CreateLogger(category);

    private SharedScopes OpenShared() => new(new RedactingLoggerProvider(_inner, _redactor));

    private LogEntry Entry()
    {
        var entry = Assert.Single(_inner.Entries);
        Observe(string.Create(CultureInfo.InvariantCulture, $"{entry.Category} {entry.Event} {entry.Message} {string.Join(' ', entry.Values)} {entry.Exception}"));
        return entry;
    }

    private static TException Thrown<TException>(TException exception)
        where TException : Exception
    {
        try
        {
            throw exception;
        }
        catch (TException e)
        {
            return e;
        }
    }

    /// <summary>What a logger factory does with a provider that reads scopes.</summary>
    private sealed class SharedScopes : IDisposable
    {
        private readonly RedactingLoggerProvider _provider;
        private readonly LoggerExternalScopeProvider _scopes = new();

        public SharedScopes(RedactingLoggerProvider provider)
        {
            _provider = provider;
            provider.SetScopeProvider(_scopes);
        }

        public ILogger CreateLogger(string category) => new Logging(_provider.CreateLogger(category), _scopes);

        public void Dispose() => _provider.Dispose();

        private sealed class Logging(ILogger logger, IExternalScopeProvider scopes) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    private sealed class Connection(string password)
    {
        public string Password => password;

        public override string ToString() => "Connection to db";
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new InvalidOperationException("hunter2-hunter2");
    }

    private sealed record LogEntry(string Category, EventId Event, string Message, Dictionary<string, object?> Values, Exception? Exception, List<object?> Scopes);

    private sealed class Recorder : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider? _scopes;

        public List<LogEntry> Entries { get; } = [];

        public List<string> OwnScopes { get; } = [];

        public LogLevel Lowest { get; set; } = LogLevel.Trace;

        public ILogger CreateLogger(string categoryName) => new RecordingLogger(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class RecordingLogger(Recorder recorder, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                recorder.OwnScopes.Add(state.ToString()!);
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => logLevel >= recorder.Lowest;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var scopes = new List<object?>();
                recorder._scopes?.ForEachScope(static (scope, list) => list.Add(scope), scopes);
                var values = (state as IEnumerable<KeyValuePair<string, object?>>)?.ToDictionary() ?? [];
                recorder.Entries.Add(new(category, eventId, formatter(state, exception), values, exception, scopes));
            }
        }
    }
}
