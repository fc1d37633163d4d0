using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Processes;

/// <summary>A process that a test starts and that does not outlive the test. Every wait for it has an end.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly string[] Kept = ["PATH", "SYSTEMROOT", "TEMP", "TMP"];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();

    private ChildProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? string.Empty);
        process.Start();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts <paramref name="command"/> with <paramref name="environment"/> instead of that of the tests.</summary>
    public static ChildProcess Start(string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var name in start.Environment.Keys.Except(Kept, StringComparer.OrdinalIgnoreCase).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ChildProcess(new Process { StartInfo = start });
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<Finished> RunAsync(
        string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string input = "")
    {
        await using var process = Start(command, arguments, environment);
        await process._process.StandardInput.WriteAsync(input);
        process.CloseInput();
        var output = await process._process.StandardOutput.ReadToEndAsync().WaitAsync(Limit, TimeProvider.System);
        return new Finished(await process.ExitAsync(), output, process.Errors);
    }

    /// <summary>Standard input as bytes: what is written arrives at once.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Standard output as bytes; for a test that reads no lines.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next line of standard output; null at its end.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync().WaitAsync(Limit, TimeProvider.System);

    public void CloseInput() => _process.StandardInput.Close();

    public void Kill() => _process.Kill();

    /// <summary>What Ctrl-C sends.</summary>
    public void Interrupt() => Signal("INT");

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end and for the last line of standard error.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Limit, TimeProvider.System);
        _process.Dispose();
    }
}

/// <summary>How a command ended and what it said.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors);
