using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rekey.Redaction;

namespace Rekey.Cli.Logging;

/// <summary>
/// Writes the log to standard error, a line for each entry. Nobody waits for that: a client that does not read standard error
/// would stop the server once the pipe is full, so entries wait in a queue, and when that is full too they are dropped and counted.
/// </summary>
internal sealed class ErrorLog : ILoggerProvider
{
    public const int Longest = 1000;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly TextWriter _error;
    private readonly LogLevel _least;
    private readonly TimeProvider _time;
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(Longest) { SingleReader = true });
    private readonly Task _writing;
    private int _dropped;

    public ErrorLog(TextWriter error, LogLevel least, TimeProvider time)
    {
        (_error, _least, _time) = (error, least, time);
        _writing = Task.Run(WriteAsync);
    }

    public ILogger CreateLogger(string categoryName) => new Entry(this);

    /// <summary>Lets what is queued leave, within a second.</summary>
    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _writing.Wait(LastWords);
    }

    // The message of an exception is a third party's text: its type says enough.
    private void Add(LogLevel level, string message, Exception? exception)
    {
        var type = exception is null ? "" : $" ({(exception as RedactedException)?.TypeName ?? exception.GetType().FullName})";
        var line = $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {LogLevels.NameOf(level)} {OneLine(message)}{type}\n";
        if (!_lines.Writer.TryWrite(line))
            Interlocked.Increment(ref _dropped);
    }

    private async Task WriteAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                _error.Write(line);
                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
                    _error.Write($"{dropped} entries of the log were dropped: nobody read standard error.\n");
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The other end is closed: there is nobody left to tell.
            }
        }
    }

    private static string OneLine(string message) =>
        message.Any(char.IsControl) ? string.Concat(message.Select(static c => char.IsControl(c) ? ' ' : c)) : message;

    private sealed class Entry(ErrorLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // Events that programs wait for have a name of their own; the others are called by their method.
        private static string Named(EventId id, string message) => id.Name is { } name && name.Contains('_', StringComparison.Ordinal) ? $"{name}: {message}" : message;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= log._least && logLevel is not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Add(logLevel, Named(eventId, formatter(state, exception)), exception);
        }
    }
}
