using Rekey.Environment;

namespace Rekey.Cli.Configuration;

/// <summary>
/// Paths as operators write them: <c>~</c> is the user's home, and one that is not absolute starts from the configuration, never from the
/// working directory, which may be anybody's.
/// </summary>
internal static class ConfiguredPath
{
    public static string Of(string written, string? folder, IEnvironment environment)
    {
        var path = written.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Home(environment), written[2..]) : written;
        return Path.GetFullPath(path, folder ?? Path.GetPathRoot(Path.GetTempPath())!);
    }

    /// <summary>The home of the user.</summary>
    public static string Home(IEnvironment environment) =>
        environment.Get(Variables.Home) is { Length: > 0 } home ? home : System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
}
