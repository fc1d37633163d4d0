using Microsoft.Extensions.Logging;
using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

public sealed class JournalTests : ILogger
{
    private readonly List<(LogLevel Level, string? Name)> _told = [];

    [Theory]
    [InlineData(false, "secret_rotation_failed")]
    [InlineData(true, "credential_renewal_failed")]
    public void A_failure_that_repeats_is_told_three_times_each_under_the_name_that_programs_wait_for(bool isRenewal, string name)
    {
        var journal = new Journal("orders", this, events: null, new ManualTimeProvider());
        var error = CredentialErrors.SourceUnavailable("scripted://authority", "down");

        for (var failures = 1; failures <= 10; failures++)
            journal.Failed(error, failures, isNews: failures == 1, isRenewal);

        Assert.Equal([(LogLevel.Warning, name), (LogLevel.Warning, name), (LogLevel.Error, name)], _told);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _told.Add((logLevel, eventId.Name));
}
