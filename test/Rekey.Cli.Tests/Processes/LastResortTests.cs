using Rekey.Cli.Tests.Stores;

namespace Rekey.Cli.Tests.Processes;

/// <summary>An exception that nobody caught: its text may be anybody's.</summary>
public sealed class LastResortTests
{
    [Fact]
    public async Task What_nobody_caught_ends_the_process_without_its_text()
    {
        var end = await Crash.RunAsync("throw", "unused");

        Assert.Equal((ExitCode.Defect, "rekey: an unexpected InvalidOperationException ended the process. Please report it with the steps that led to it."), (end.ExitCode, end.Errors.Trim()));
        Assert.Empty(end.Output);
    }
}
