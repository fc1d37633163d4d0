using Microsoft.Extensions.Logging;

namespace Rekey.Redaction;

/// <summary>Hands each entry on with nothing in it that a provider could still unfold into a secret.</summary>
internal sealed class RedactingLogger(ILogger inner, LogRedaction redaction) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(redaction.State(state));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
            return;
        var message = redaction.Text(() => formatter(state, exception));
        var redactedEvent = eventId.Name is { } name ? new EventId(eventId.Id, redaction.Text(name)) : eventId;
        inner.Log(logLevel, redactedEvent, redaction.State(state, message), redaction.Exception(exception), static (s, _) => s.ToString());
    }
}
