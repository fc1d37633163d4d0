using System.Text.RegularExpressions;
using Rekey.Aws;
using Rekey.Environment;

namespace Rekey.Cli.Configuration;

/// <summary>What the environment says about a database secret in AWS: its account, name and region, which together are its ARN.</summary>
internal static partial class AwsVariables
{
    private static readonly string[] Needed = [Variables.AwsAccount, Variables.AwsSecret, Variables.AwsRegion];

    public static string Names { get; } = $"{Variables.AwsAccount}, {Variables.AwsSecret} and {Variables.AwsRegion}";

    public static bool AreSet(IEnvironment environment) => Needed.All(name => IsSet(environment, name));

    /// <summary>Those that are missing beside <c>SECRET_NAME</c>, which nobody sets for anything else.</summary>
    public static IReadOnlyList<string> Missing(IEnvironment environment) =>
        IsSet(environment, Variables.AwsSecret) ? [.. Needed.Where(name => !IsSet(environment, name))] : [];

    /// <summary>The ARN without the suffix that AWS appends; null with <paramref name="problems"/> when a part cannot be one.</summary>
    public static string? ArnOf(IEnvironment environment, ICollection<ConfigurationProblem> problems)
    {
        var account = Checked(environment, Variables.AwsAccount, Account(), "an account number of twelve digits", problems);
        var region = Checked(environment, Variables.AwsRegion, Region(), "a region such as eu-central-1", problems);
        var name = Checked(environment, Variables.AwsSecret, Secret(), "the name of a secret (letters, digits and /_+=.@-), not an ARN", problems);
        return account is null || region is null || name is null
            ? null
            : $"arn:{AwsPartition.Of(region).Name}:secretsmanager:{region}:{account}:secret:{name}";
    }

    /// <summary>Whether the server's certificate is trusted unseen: by the operator's word alone, never by the secret's.</summary>
    public static bool? TrustsServerCertificate(IEnvironment environment, ICollection<ConfigurationProblem> problems)
    {
        switch (environment.Get(Variables.TrustServerCertificate)?.ToLowerInvariant())
        {
            case null or "":
                return null;
            case "true" or "1" or "yes":
                return true;
            case "false" or "0" or "no":
                return false;
            default:
                problems.Add(new("", $"{Variables.TrustServerCertificate} is none of true, false, 1, 0, yes and no."));
                return null;
        }
    }

    private static string? Checked(IEnvironment environment, string variable, Regex form, string what, ICollection<ConfigurationProblem> problems)
    {
        var value = environment.Get(variable)!;
        if (form.IsMatch(value))
            return value;
        problems.Add(new("", $"{variable} is not {what}."));
        return null;
    }

    private static bool IsSet(IEnvironment environment, string name) => !string.IsNullOrEmpty(environment.Get(name));

    [GeneratedRegex(@"^\d{12}\z")]
    private static partial Regex Account();

    [GeneratedRegex(@"^[a-z]{2,6}(-[a-z]{1,20}){1,3}-\d{1,2}\z")]
    private static partial Regex Region();

    [GeneratedRegex(@"^[A-Za-z0-9/_+=.@-]{1,512}\z")]
    private static partial Regex Secret();
}
