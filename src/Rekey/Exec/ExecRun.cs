using System.Diagnostics;

namespace Rekey.Exec;

/// <summary>
/// One run of a command: no shell, no input, a small environment, bounded in time and size. A command that does not end is ended with all that
/// it started. What a command leaves running when it ends is not waited for, and cannot be found any more.
/// </summary>
internal sealed class ExecRun(ExecOptions options, string reference)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    public async Task<ReadOnlyMemory<byte>> RunAsync(CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(options.Timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        using var process = Start();
        try
        {
            return await OutputOfAsync(process, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ExecErrors.TooSlow(reference, options.Timeout);
        }
        finally
        {
            End(process);
        }
    }

    // Time is up by the exit, never by a pipe: on Windows a read of one cannot be cancelled.
    private async Task<ReadOnlyMemory<byte>> OutputOfAsync(Process process, CancellationToken cancellationToken)
    {
        process.StandardInput.Close();
        // Both are read at once: a full pipe would stop the command for ever. What it says to its errors is thrown away.
        using var output = new PipeReading(process.StandardOutput.BaseStream, SecretDocument.MaxBytes);
        using var errors = process.StandardError.BaseStream;
        _ = DrainAsync(errors);
        var exit = process.WaitForExitAsync(cancellationToken);
        await Task.WhenAny(exit, output.Completion).ConfigureAwait(false);
        if (!output.IsTooLarge)
        {
            await exit.ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw ExecErrors.Ended(reference, process.ExitCode);
            await output.SettleAsync(Quiet, options.Time, cancellationToken).ConfigureAwait(false);
        }
        return output.IsTooLarge ? throw ExecErrors.TooLarge(reference) : output.Content;
    }

    private Process Start()
    {
        var program = ProgramPath.Find(options.Command[0], options.Environment) ?? throw ExecErrors.NotFound(reference);
        if (OperatingSystem.IsWindows() && ProgramPath.IsShellScript(program))
            throw ExecErrors.ShellScript(reference);
        var start = new ProcessStartInfo(program, options.Command.Skip(1))
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetPathRoot(Path.GetTempPath()), // ours may be anybody's
        };
        start.Environment.Clear();
        foreach (var name in ExecOptions.Always.Concat(options.Variables))
        {
            if (options.Environment(name) is { } value)
                start.Environment[name] = value;
        }
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            throw ExecErrors.NotStarted(reference, e);
        }
    }

    private static async Task DrainAsync(Stream errors)
    {
        try
        {
            await errors.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Nobody reads it any longer.
        }
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended in this very moment.
        }
    }
}
