using Rekey.Aws.Profiles;
using Rekey.Databases;
using Rekey.Environment;
using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>What the environment alone configures, for people who have no file.</summary>
internal static class ZeroConfiguration
{
    private const string DatabaseName = "database";
    private const string DocumentName = "secrets";
    private const string Origin = "the environment";

    public static RekeyConfiguration Read(IEnvironment environment)
    {
        var problems = new List<ConfigurationProblem>();
        var (url, hasAws) = (SecretVariable.SetAs(environment, Variables.DatabaseUrl), AwsVariables.AreSet(environment));
        if (url is not null && hasAws)
            problems.Add(new("", $"{url} and {AwsVariables.Names} are both set, and each names the credential '{DatabaseName}': keep one."));
        var credentials = new List<CredentialConfiguration>();
        if (url is not null)
            credentials.Add(Database($"env://{Variables.DatabaseUrl}", environment, problems));
        else if (hasAws && AwsVariables.ArnOf(environment, problems) is { } arn)
            credentials.Add(Database($"aws-sm://{arn}", environment, problems));
        if (IsSet(environment, Variables.SecretsArn) && Document(environment.Get(Variables.SecretsArn)!, problems) is { } document)
            credentials.Add(document);
        if (SlackVariables.Read(environment, problems) is { } slack)
            credentials.Add(slack);
        if (problems.Count > 0)
            throw new ConfigurationException(Origin, problems);
        return new RekeyConfiguration { Origin = Origin, Credentials = credentials, AwsProfile = ProfileChain.NameIn(environment), Warnings = [.. Incomplete(environment), .. SlackVariables.Incomplete(environment)] };
    }

    /// <summary>With a file these variables mean nothing; whoever set them is told.</summary>
    public static IReadOnlyList<string> IgnoredBeside(RekeyConfiguration file, IEnvironment environment)
    {
        var ignored = new List<string>(3);
        var isNamed = file.Credentials.SelectMany(static c => c.References).Any(static r => r is { Scheme: "env", Path: Variables.DatabaseUrl });
        if (SecretVariable.SetAs(environment, Variables.DatabaseUrl) is { } url && !isNamed)
            ignored.Add(url);
        if (AwsVariables.AreSet(environment))
            ignored.Add(AwsVariables.Names);
        if (IsSet(environment, Variables.SecretsArn))
            ignored.Add(Variables.SecretsArn);
        var names = file.Credentials.SelectMany(static c => c.References).Where(static r => r.Scheme == "env").Select(static r => r.Path).ToHashSet();
        ignored.AddRange(SlackVariables.Tokens.Where(name => !names.Contains(name)).Select(name => SecretVariable.SetAs(environment, name)).OfType<string>());
        return [.. ignored.Select(static one => $"There is a {ConfigurationLocation.FileName}: {one} in the environment is ignored.")];
    }

    private static CredentialConfiguration Database(string reference, IEnvironment environment, List<ConfigurationProblem> problems) => new()
    {
        Name = DatabaseName,
        Kind = CredentialKind.Database,
        From = [new Configuration.Origin.Single(Parsed(reference))],
        Database = AwsVariables.TrustsServerCertificate(environment, problems) is { } trusts ? new DatabaseParts { TrustServerCertificate = trusts } : null,
    };

    private static CredentialConfiguration? Document(string arn, List<ConfigurationProblem> problems)
    {
        if (arn.StartsWith("arn:", StringComparison.Ordinal) && SecretReference.TryParse($"aws-sm://{arn}", out var reference, out _) && reference.Field is null)
            return new CredentialConfiguration { Name = DocumentName, Kind = CredentialKind.Document, From = [new Configuration.Origin.Single(reference)] };
        problems.Add(new("", $"{Variables.SecretsArn} is not the ARN of a secret."));
        return null;
    }

    private static string[] Incomplete(IEnvironment environment) =>
        AwsVariables.Missing(environment) is { Count: > 0 } missing
            ? [$"{Variables.AwsSecret} is set and {string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} not: a database secret needs all of {AwsVariables.Names}."]
            : [];

    private static SecretReference Parsed(string text) =>
        SecretReference.TryParse(text, out var reference, out var problem) ? reference : throw new InvalidOperationException(problem);

    private static bool IsSet(IEnvironment environment, string name) => !string.IsNullOrEmpty(environment.Get(name));
}
