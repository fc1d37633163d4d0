using System.Diagnostics;

namespace Rekey.Exec;

/// <summary>One run of a command: no shell, no input, a small environment, bounded in time and size. Whatever happens, nothing of it stays behind.</summary>
internal sealed class ExecRun(ExecOptions options, string reference)
{
    public async Task<ReadOnlyMemory<byte>> RunAsync(CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(options.Timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            // Both are read at once: a full pipe would stop the command for ever. What it says to its errors is thrown away.
            var errors = DrainAsync(process.StandardError.BaseStream, either.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, either.Token).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? output : throw ExecErrors.Ended(reference, process.ExitCode);
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

    private Process Start()
    {
        var start = new ProcessStartInfo(ProgramPath.Find(options.Command[0], options.Environment) ?? throw ExecErrors.NotFound(reference), options.Command.Skip(1))
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

    private async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var part = new byte[8192];
        while (await stream.ReadAsync(part, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (output.Length + count > SecretDocument.MaxBytes)
                throw ExecErrors.TooLarge(reference);
            output.Write(part, 0, count);
        }
        return output.ToArray();
    }

    private static async Task DrainAsync(Stream stream, CancellationToken cancellationToken)
    {
        var part = new byte[8192];
        while (await stream.ReadAsync(part, cancellationToken).ConfigureAwait(false) > 0)
        {
            // Thrown away.
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
