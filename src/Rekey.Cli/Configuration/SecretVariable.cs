using Rekey.Environment;

namespace Rekey.Cli.Configuration;

/// <summary>A variable that holds a secret. Containers are often given <c>NAME_FILE</c>, which names a file with the value, in the place of <c>NAME</c>.</summary>
internal static class SecretVariable
{
    public static bool IsSet(IEnvironment environment, string name) => SetAs(environment, name) is not null;

    /// <summary>The variable under which the secret is there; null when it is not.</summary>
    public static string? SetAs(IEnvironment environment, string name) =>
        Has(environment, name) ? name
        : Has(environment, FileVariable(name)) ? FileVariable(name)
        : null;

    /// <summary>The variable that names the file of another.</summary>
    public static string FileVariable(string name) => $"{name}_FILE";

    private static bool Has(IEnvironment environment, string name) => !string.IsNullOrEmpty(environment.Get(name));
}
