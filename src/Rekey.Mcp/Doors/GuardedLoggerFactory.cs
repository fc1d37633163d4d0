using Microsoft.Extensions.Logging;
using Rekey.Redaction;

namespace Rekey.Mcp.Doors;

/// <summary>
/// Stands between the SDK and the log. The SDK writes whole messages at Trace, and the texts of exceptions at any level: of those
/// neither is passed on, an exception only by its type. What clients send stands in its other lines.
/// </summary>
internal sealed class GuardedLoggerFactory(ILoggerFactory inner, SecretRedactor redactor) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new GuardedLogger(inner.CreateLogger(categoryName), redactor);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>The factory inside belongs to whoever made it.</summary>
    public void Dispose()
    {
    }

    private sealed class GuardedLogger(ILogger inner, SecretRedactor redactor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.Trace && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = redactor.Redact(formatter(state, null));
            inner.Log(logLevel, eventId, exception is null ? text : $"{text} ({exception.GetType().Name})", exception: null, static (line, _) => line);
        }
    }
}
