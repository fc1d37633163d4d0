using System.Text.RegularExpressions;
using Rekey.Environment;

namespace Rekey.Aws.Profiles;

/// <summary>Where the files are that all AWS tools of a user share.</summary>
public sealed partial class AwsFiles
{
    /// <summary>Finds them below <paramref name="home"/>; the two that the environment can move are where it says.</summary>
    public AwsFiles(IEnvironment environment, string home)
    {
        var folder = Path.Combine(home, ".aws");
        Config = Moved(environment, home, "AWS_CONFIG_FILE") ?? Path.Combine(folder, "config");
        Credentials = Moved(environment, home, "AWS_SHARED_CREDENTIALS_FILE") ?? Path.Combine(folder, "credentials");
        SsoCache = Path.Combine(folder, "sso", "cache");
        CliCache = Path.Combine(folder, "cli", "cache");
    }

    /// <summary>Those of the user whose environment it is.</summary>
    public static AwsFiles OfUser(IEnvironment environment) =>
        new(environment, environment.Get("HOME") ?? System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile));

    /// <summary>Profiles, sessions and services.</summary>
    public string Config { get; }

    /// <summary>Keys of profiles.</summary>
    public string Credentials { get; }

    /// <summary>The folder of the SSO tokens. Nothing moves it away from the home directory.</summary>
    public string SsoCache { get; }

    /// <summary>The folder where the AWS CLI keeps the credentials of roles.</summary>
    public string CliCache { get; }

    private static string? Moved(IEnvironment environment, string home, string variable)
    {
        var path = environment.Get(variable);
        if (string.IsNullOrEmpty(path))
            return null;
        // A variable that is not set stays as it is written.
        path = Variable().Replace(path, match => environment.Get(match.Groups["name"].Value) ?? match.Value);
        return path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? home + path[1..] : path;
    }

    [GeneratedRegex(@"\$(?:\{(?<name>[^}]+)\}|(?<name>\w+))")]
    private static partial Regex Variable();
}
