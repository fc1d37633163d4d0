using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.Stores;

/// <summary>The program that dies in the middle of a write, as this build made it.</summary>
internal static class Crash
{
    public const int Killed = 137;

    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, BuiltExecutable.NameOf("Rekey.StoreCrash"));
    private static readonly Dictionary<string, string> Environment = new() { ["DOTNET_ROOT"] = BuiltExecutable.DotnetRoot };

    public static ChildProcess Start(params string[] arguments) => ChildProcess.Start(Executable, arguments, Environment);

    public static Task<Finished> RunAsync(params string[] arguments) => ChildProcess.RunAsync(Executable, arguments, Environment);
}
