using Microsoft.Extensions.Logging;
using Rekey.Redaction;

namespace Rekey.Cli.Logging;

/// <summary>Writes the log to standard error, a line for each entry.</summary>
internal sealed class ErrorLog(TextWriter error, LogLevel least, TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Line(this);

    public void Dispose()
    {
    }

    private sealed class Line(ErrorLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= log.Least && logLevel is not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Write(logLevel, formatter(state, exception), exception);
        }
    }

    private LogLevel Least => least;

    // The message of an exception is a third party's text: its type says enough.
    private void Write(LogLevel level, string message, Exception? exception)
    {
        var type = exception is null ? "" : $" ({(exception as RedactedException)?.TypeName ?? exception.GetType().FullName})";
        error.Write($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {LogLevels.NameOf(level)} {OneLine(message)}{type}\n");
    }

    private static string OneLine(string message) =>
        message.Any(char.IsControl) ? string.Concat(message.Select(static c => char.IsControl(c) ? ' ' : c)) : message;
}
