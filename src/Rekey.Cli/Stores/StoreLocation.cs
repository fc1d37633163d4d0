using Rekey.Cli.Configuration;
using Rekey.Environment;

namespace Rekey.Cli.Stores;

/// <summary>Where the store is: what the operator named, else the user's own folder for what programs keep.</summary>
internal static class StoreLocation
{
    /// <summary>The folder.</summary>
    public static string Find(RekeyConfiguration configuration, IEnvironment environment, bool isWindows)
    {
        if (configuration.Store.Path is { } named)
            return ConfiguredPath.Of(named, configuration.Folder, environment);
        var state = isWindows ? environment.Get(Variables.WindowsStateHome) : environment.Get(Variables.StateHome);
        if (!string.IsNullOrEmpty(state) && Path.IsPathFullyQualified(state))
            return Path.Combine(state, "rekey");
        return Path.Combine(ConfiguredPath.Home(environment), ".local", "state", "rekey");
    }
}
