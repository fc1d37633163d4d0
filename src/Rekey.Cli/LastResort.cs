namespace Rekey.Cli;

/// <summary>What happens to an exception that nobody caught, on whatever thread: the runtime would print its text, which may be anybody's.</summary>
internal static class LastResort
{
    /// <summary>From now on it ends the process with a constant sentence.</summary>
    public static void StandBy(Terminal terminal) => AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
    {
        Tell(terminal.Error, failure.ExceptionObject);
        System.Environment.Exit(ExitCode.Defect); // before the runtime has its say
    };

    /// <summary>Names the type of what happened, and nothing that it says.</summary>
    public static void Tell(TextWriter error, object failure) =>
        error.WriteLine($"rekey: an unexpected {failure.GetType().Name} ended the process. Please report it with the steps that led to it.");
}
