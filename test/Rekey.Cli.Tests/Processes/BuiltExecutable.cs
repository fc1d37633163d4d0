using System.Reflection;

namespace Rekey.Cli.Tests.Processes;

/// <summary>The executable as this build made it, beside the tests.</summary>
internal static class BuiltExecutable
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, NameOf("rekey"));

    /// <summary>Debug or Release, as these tests were built.</summary>
    public static string Configuration { get; } =
        typeof(BuiltExecutable).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    public static string Version { get; } =
        typeof(ExitCode).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Where the .NET is that runs these tests: three folders above its core library.</summary>
    public static string DotnetRoot { get; } =
        System.IO.Path.GetFullPath(System.IO.Path.Combine(typeof(object).Assembly.Location, "..", "..", "..", ".."));

    public static string Dotnet { get; } = System.IO.Path.Combine(DotnetRoot, NameOf("dotnet"));

    public static string NameOf(string command) => OperatingSystem.IsWindows() ? command + ".exe" : command;
}
