using Rekey.Environment;

namespace Rekey.Cli.Configuration;

/// <summary>Where the configuration is looked for: what was named, else the user's own folder. Never the working directory.</summary>
/// <param name="Path">The file; null when there is nowhere to look.</param>
/// <param name="IsNamed">Whether somebody named it, so that it has to exist.</param>
internal sealed record ConfigurationLocation(string? Path, bool IsNamed)
{
    public const string FileName = "rekey.json";

    public static ConfigurationLocation Find(string? option, IEnvironment environment, bool isWindows)
    {
        if (option is not null)
            return new(System.IO.Path.GetFullPath(option), IsNamed: true);
        if (environment.Get(Variables.ConfigurationFile) is { Length: > 0 } named)
            return new(RequireAbsolute(named), IsNamed: true);
        return new(UserFolder(environment, isWindows) is { } folder ? System.IO.Path.Combine(folder, "rekey", FileName) : null, IsNamed: false);
    }

    // The variable is inherited by processes that start anywhere, an untrusted checkout included.
    private static string RequireAbsolute(string path) => System.IO.Path.IsPathFullyQualified(path)
        ? path
        : throw new ConfigurationException(Variables.ConfigurationFile, [new("", $"{Variables.ConfigurationFile} must be an absolute path.")]);

    // One place on Linux and macOS alike, as command-line tools have it.
    private static string? UserFolder(IEnvironment environment, bool isWindows)
    {
        if (isWindows)
            return Absolute(environment.Get(Variables.WindowsConfigurationHome));
        if (Absolute(environment.Get(Variables.ConfigurationHome)) is { } folder)
            return folder;
        return Absolute(environment.Get(Variables.Home)) is { } home ? System.IO.Path.Combine(home, ".config") : null;
    }

    private static string? Absolute(string? path) => !string.IsNullOrEmpty(path) && System.IO.Path.IsPathFullyQualified(path) ? path : null;
}
