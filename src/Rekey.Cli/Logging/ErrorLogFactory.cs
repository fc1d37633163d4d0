using Microsoft.Extensions.Logging;
using Rekey.Redaction;

namespace Rekey.Cli.Logging;

/// <summary>One destination, the redactor before it: all that this process needs of a logging framework.</summary>
internal sealed class ErrorLogFactory(ErrorLog log, SecretRedactor redactor) : ILoggerFactory
{
    private readonly RedactingLoggerProvider _provider = new(log, redactor);

    public ILogger CreateLogger(string categoryName) => _provider.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one destination.");

    public void Dispose() => _provider.Dispose();
}
