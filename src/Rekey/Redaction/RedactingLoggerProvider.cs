using Microsoft.Extensions.Logging;

namespace Rekey.Redaction;

/// <summary>The log door: message, values, scopes and exceptions pass through the redactor before the inner provider sees them.</summary>
public sealed class RedactingLoggerProvider(ILoggerProvider inner, SecretRedactor redactor) : ILoggerProvider, ISupportExternalScope
{
    private readonly LogRedaction _redaction = new(redactor);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new RedactingLogger(inner.CreateLogger(_redaction.Text(categoryName)), _redaction);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider)
    {
        if (inner is ISupportExternalScope scoped)
            scoped.SetScopeProvider(new RedactingScopes(scopeProvider, _redaction));
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private sealed class RedactingScopes(IExternalScopeProvider scopes, LogRedaction redaction) : IExternalScopeProvider
    {
        public void ForEachScope<TState>(Action<object?, TState> callback, TState state) =>
            scopes.ForEachScope((scope, s) => callback(redaction.State(scope), s), state);

        public IDisposable Push(object? state) => scopes.Push(redaction.State(state));
    }
}
