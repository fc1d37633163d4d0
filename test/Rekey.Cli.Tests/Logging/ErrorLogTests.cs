using Microsoft.Extensions.Logging;
using Rekey.Cli.Logging;
using Rekey.Redaction;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Logging;

public sealed class ErrorLogTests : LeakCheckedTest
{
    private readonly StringWriter _error = new();
    private readonly SecretRedactor _redactor = new();
    private ErrorLog? _log;

    [Fact]
    public void An_entry_is_one_line_with_the_time_and_the_level()
    {
        Open(LogLevel.Warning).LogWarning("first\r\nsecond\u001b[2J");

        Assert.Equal("2026-01-01T00:00:00.000Z warning first  second [2J\n", Written());
    }

    [Theory]
    [InlineData(LogLevel.Warning, "warning error critical")]
    [InlineData(LogLevel.Error, "error critical")]
    [InlineData(LogLevel.Trace, "trace debug info warning error critical")]
    [InlineData(LogLevel.None, "")]
    public void What_is_below_the_level_is_not_written(LogLevel least, string levels)
    {
        var logger = Open(least);
        foreach (var level in Enum.GetValues<LogLevel>())
            logger.Log(level, "x");

        Assert.Equal(levels, string.Join(' ', Written().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[1])));
    }

    [Fact]
    public void An_exception_is_named_and_its_text_is_not_repeated()
    {
        Plant("text-of-somebody-else");

        Open(LogLevel.Warning).LogError(new InvalidOperationException("text-of-somebody-else"), "It failed");

        Assert.EndsWith("error It failed (System.InvalidOperationException)\n", Observe(Written()));
    }

    [Fact]
    public void A_secret_does_not_get_through()
    {
        _redactor.Register("orders", "password", Plant("a-password-in-a-log"));

        Open(LogLevel.Warning).LogWarning("Login with {Password}", "a-password-in-a-log");

        Assert.EndsWith($"warning Login with {Secret.Marker}\n", Observe(Written()));
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_nobody_and_learns_what_it_missed()
    {
        var error = new StuckWriter();
        using var log = new ErrorLog(error, LogLevel.Warning, new ManualTimeProvider());
        var logger = log.CreateLogger("tests");

        logger.LogWarning("the first");
        await error.IsStuck.Task.WaitAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < ErrorLog.Longest + 7; i++)
            logger.LogWarning("further");
        error.Release.Set();
        log.Dispose();

        var written = error.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("7 entries of the log were dropped: nobody read standard error.", written[1]);
        Assert.Equal(ErrorLog.Longest + 2, written.Length);
    }

    private string Written()
    {
        _log!.Dispose();
        return _error.ToString();
    }

    private ILogger Open(LogLevel least) =>
        new ErrorLogFactory(_log = new ErrorLog(_error, least, new ManualTimeProvider()), _redactor).CreateLogger("tests");

    private sealed class StuckWriter : StringWriter
    {
        public TaskCompletionSource IsStuck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Release { get; } = new();

        public string Text => ToString();

        public override void Write(string? value)
        {
            IsStuck.TrySetResult();
            Release.Wait();
            base.Write(value);
        }
    }
}
