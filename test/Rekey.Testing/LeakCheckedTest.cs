using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Rekey.Testing;

/// <summary>
/// The base of every test that touches a secret: whatever the test logs, returns through a tool or reads from an exception goes
/// through <see cref="Observe(string)"/>, and the test fails when a registered value shows up in it, raw or in a common encoding.
/// </summary>
public abstract class LeakCheckedTest : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, byte> _secrets = new();
    private readonly ConcurrentQueue<string> _observed = new();

    /// <summary>A logger whose every line is observed.</summary>
    protected ILogger Logger => new ObservingLogger(this);

    /// <summary>What has been logged and shown so far, as it was.</summary>
    protected IReadOnlyCollection<string> Seen => _observed;

    /// <summary>Makes a value that must never be seen outside.</summary>
    protected Secret Plant(string value)
    {
        _secrets.TryAdd(value, 0);
        return new Secret(value);
    }

    /// <summary>Everything that could leave the process is shown here.</summary>
    protected string Observe(string text)
    {
        _observed.Enqueue(text);
        return text;
    }

    /// <summary>An exception leaves with its whole text, inner ones and stack included.</summary>
    protected TException Observe<TException>(TException exception)
        where TException : Exception
    {
        _observed.Enqueue(exception.ToString());
        return exception;
    }

    public virtual ValueTask InitializeAsync() => default;

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var secret in _secrets.Keys)
        {
            foreach (var form in Forms(secret))
            {
                foreach (var text in _observed)
                    Assert.False(text.Contains(form, StringComparison.Ordinal), "A registered secret left through: " + text.Replace(form, "<LEAK>", StringComparison.Ordinal));
            }
        }
        return default;
    }

    private static IEnumerable<string> Forms(string secret) => new[]
    {
        secret,
        Uri.EscapeDataString(secret),
        JsonSerializer.Serialize(secret)[1..^1],
        Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)),
    }.Distinct();

    private sealed class ObservingLogger(LeakCheckedTest test) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            test.Observe($"{logLevel}: {formatter(state, exception)} {exception}");
    }
}
