using Rekey.Environment;
using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>What the environment alone configures, for people who have no file.</summary>
internal static class ZeroConfiguration
{
    private const string Name = "database";
    private const string Origin = "the environment";

    private static readonly string[] AwsVariables = [Variables.AwsAccount, Variables.AwsSecret, Variables.AwsRegion];
    private static readonly string Aws = $"{Variables.AwsAccount}, {Variables.AwsSecret} and {Variables.AwsRegion}";

    public static RekeyConfiguration Read(IEnvironment environment)
    {
        var (hasUrl, hasAws) = (HasUrl(environment), HasAws(environment));
        if (hasUrl && hasAws)
            throw new ConfigurationException(Origin, [new("", $"{Variables.DatabaseUrl} and {Aws} are both set, and each names the credential '{Name}': keep one.")]);
        return new RekeyConfiguration
        {
            Origin = Origin,
            Credentials = hasUrl ? [Database()] : [],
            Warnings = hasAws ? [$"{Aws} are set, but AWS Secrets Manager is not available in this version: they are ignored."] : [],
        };
    }

    /// <summary>With a file these variables mean nothing; whoever set them is told.</summary>
    public static IReadOnlyList<string> IgnoredBeside(RekeyConfiguration file, IEnvironment environment)
    {
        var ignored = new List<string>(2);
        var isNamed = file.Credentials.SelectMany(static c => c.References).Any(static r => r is { Scheme: "env", Path: Variables.DatabaseUrl });
        if (HasUrl(environment) && !isNamed)
            ignored.Add(Variables.DatabaseUrl);
        if (HasAws(environment))
            ignored.Add(Aws);
        return [.. ignored.Select(static names => $"There is a {ConfigurationLocation.FileName}: {names} in the environment configure nothing.")];
    }

    private static CredentialConfiguration Database()
    {
        if (!SecretReference.TryParse($"env://{Variables.DatabaseUrl}", out var reference, out var problem))
            throw new InvalidOperationException(problem);
        return new CredentialConfiguration { Name = Name, Kind = CredentialKind.Database, From = [new Configuration.Origin.Single(reference)] };
    }

    private static bool HasUrl(IEnvironment environment) => IsSet(environment, Variables.DatabaseUrl);

    private static bool HasAws(IEnvironment environment) => AwsVariables.All(name => IsSet(environment, name));

    private static bool IsSet(IEnvironment environment, string name) => !string.IsNullOrEmpty(environment.Get(name));
}
