using System.Text.Json;
using Rekey.Environment;

namespace Rekey.Cli.Configuration;

/// <summary>Reads the configuration: the file if there is one, else what the environment says. Throws <see cref="ConfigurationException"/> with all problems at once.</summary>
internal static class ConfigurationReader
{
    /// <param name="option">The path given on the command line.</param>
    /// <param name="environment">What the process was started with.</param>
    /// <param name="isWindows">Which of the systems' customs to follow.</param>
    public static RekeyConfiguration Read(string? option, IEnvironment environment, bool isWindows)
    {
        var location = ConfigurationLocation.Find(option, environment, isWindows);
        if (location.Path is null)
            return ZeroConfiguration.Read(environment);
        var problems = new ProblemList();
        var bytes = ConfigurationFile.Read(location.Path, problems);
        if (bytes is null && !location.IsNamed)
            return ZeroConfiguration.Read(environment);
        if (bytes is null)
            problems.Add("", "The file does not exist.");
        problems.ThrowIfAny(location.Path);
        var configuration = Parse(bytes, location.Path);
        return configuration with { Warnings = ZeroConfiguration.IgnoredBeside(configuration, environment) };
    }

    /// <summary>Reads the content of a file.</summary>
    public static RekeyConfiguration Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        var problems = new ProblemList();
        using var json = ConfigurationText.Parse(utf8, problems);
        var configuration = new RekeyConfiguration { Origin = path, Folder = Path.GetDirectoryName(path) };
        if (json is not null)
            configuration = ReadRoot(json.RootElement, configuration, problems);
        problems.ThrowIfAny(path);
        return configuration;
    }

    private static RekeyConfiguration ReadRoot(JsonElement element, RekeyConfiguration configuration, ProblemList problems)
    {
        if (StrictObject.Read(element, "", KeySet.Root, problems) is not { } root)
            return configuration;
        _ = root.Text("$schema");
        return configuration with
        {
            Credentials = root["credentials"] is { } credentials ? new CredentialReader(problems).Read(credentials) : [],
            Vault = root["authorities"] is { } authorities ? VaultIn(authorities, problems) : new VaultConfiguration(),
            Store = root["store"] is { } store ? new StoreReader(problems).Read(store) : new StoreConfiguration(),
        };
    }

    private static VaultConfiguration VaultIn(JsonElement element, ProblemList problems) =>
        StrictObject.Read(element, "authorities", KeySet.Authorities, problems)?["vault"] is { } vault ? new VaultReader(problems).Read(vault) : new VaultConfiguration();
}
