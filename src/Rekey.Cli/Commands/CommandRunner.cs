using Rekey.Cli.Configuration;

namespace Rekey.Cli.Commands;

/// <summary>Runs what the command line asks for and turns every way it can end into an exit code.</summary>
internal static class CommandRunner
{
    private const int MostProblems = 100;

    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var error = surroundings.Terminal.Error;
        try
        {
            var invocation = CommandLine.Parse(args);
            return await invocation.Command.RunAsync(invocation, surroundings, cancellationToken).ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            error.WriteLine($"rekey: {e.Message}");
            error.WriteLine("Try 'rekey --help'.");
            return ExitCode.Configuration;
        }
        catch (ConfigurationException e)
        {
            Report(e, error);
            return ExitCode.Configuration;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Ready;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LastResort.Tell(error, e);
            return ExitCode.Defect;
        }
    }

    private static void Report(ConfigurationException e, TextWriter error)
    {
        error.WriteLine($"rekey: the configuration cannot be used. {e.Origin}:");
        foreach (var problem in e.Problems.Take(MostProblems))
            error.WriteLine($"  {problem}");
        if (e.Problems.Count > MostProblems)
            error.WriteLine($"  and {e.Problems.Count - MostProblems} more");
    }
}
