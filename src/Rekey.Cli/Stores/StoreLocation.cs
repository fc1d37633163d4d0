using Rekey.Cli.Configuration;
using Rekey.Environment;

namespace Rekey.Cli.Stores;

/// <summary>Where the store is: what the operator named, else the user's own folder for what programs keep.</summary>
internal static class StoreLocation
{
    /// <summary>The folder. A path that is not absolute starts from the configuration, never from the working directory, which may be anybody's.</summary>
    public static string Find(RekeyConfiguration configuration, IEnvironment environment, bool isWindows)
    {
        if (configuration.Store.Path is { } named)
            return Path.GetFullPath(AtHome(named, environment), configuration.Folder ?? Path.GetPathRoot(Path.GetTempPath())!);
        var state = isWindows ? environment.Get(Variables.WindowsStateHome) : environment.Get(Variables.StateHome);
        if (!string.IsNullOrEmpty(state) && Path.IsPathFullyQualified(state))
            return Path.Combine(state, "rekey");
        return Path.Combine(Home(environment), ".local", "state", "rekey");
    }

    /// <summary>A path in which <c>~</c> stands for the user's home.</summary>
    public static string AtHome(string path, IEnvironment environment) =>
        path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Home(environment), path[2..]) : path;

    private static string Home(IEnvironment environment) =>
        environment.Get(Variables.Home) is { Length: > 0 } home ? home : System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
}
