using Rekey.Environment;
using Rekey.References;
using Rekey.Slack;

namespace Rekey.Cli.Configuration;

/// <summary>The variables by which servers for Slack are configured, for people who have no file.</summary>
internal static class SlackVariables
{
    private const string Name = "slack";

    /// <summary>Those of them that hold a secret.</summary>
    public static IReadOnlyList<string> Tokens { get; } = [Variables.SlackBotToken, Variables.SlackUserToken, Variables.SlackCookie];

    /// <summary>The credential that they make; a bot's token wins over a user's. Null when there is no token.</summary>
    public static CredentialConfiguration? Read(IEnvironment environment, ICollection<ConfigurationProblem> problems)
    {
        var isBot = SecretVariable.IsSet(environment, Variables.SlackBotToken);
        if (!isBot && !SecretVariable.IsSet(environment, Variables.SlackUserToken))
            return null;
        var parts = new Dictionary<string, SecretReference>(StringComparer.Ordinal)
        {
            ["token"] = Reference(isBot ? Variables.SlackBotToken : Variables.SlackUserToken),
        };
        if (!isBot && SecretVariable.IsSet(environment, Variables.SlackCookie))
            parts["cookie"] = Reference(Variables.SlackCookie);
        return new CredentialConfiguration
        {
            Name = Name,
            Kind = CredentialKind.Slack,
            From = [new Origin.Composed(parts)],
            Slack = new SlackConfiguration
            {
                Workspace = isBot ? null : WorkspaceOf(environment, problems),
                RefreshInterval = IntervalOf(environment, problems),
                IsScheduled = EnabledOf(environment, problems),
                Import = isBot ? null : ImportOf(environment),
            },
        };
    }

    /// <summary>What somebody has set who forgot the rest.</summary>
    public static IEnumerable<string> Incomplete(IEnvironment environment) =>
        SecretVariable.SetAs(environment, Variables.SlackCookie) is { } cookie
            && !SecretVariable.IsSet(environment, Variables.SlackUserToken) && !SecretVariable.IsSet(environment, Variables.SlackBotToken)
            ? [$"{cookie} is set and {Variables.SlackUserToken} is not: it configures nothing."]
            : [];

    private static string? WorkspaceOf(IEnvironment environment, ICollection<ConfigurationProblem> problems)
    {
        if (!IsSet(environment, Variables.SlackWorkspace))
            return null;
        if (SlackWorkspace.TryRead(environment.Get(Variables.SlackWorkspace), out var workspace))
            return workspace;
        problems.Add(new("", $"{Variables.SlackWorkspace} is no workspace: the name before .slack.com is needed, for example acme."));
        return null;
    }

    private static TimeSpan IntervalOf(IEnvironment environment, ICollection<ConfigurationProblem> problems)
    {
        if (!IsSet(environment, Variables.SlackRefreshInterval))
            return SlackConfiguration.DefaultInterval;
        if (int.TryParse(environment.Get(Variables.SlackRefreshInterval), out var days) && days is >= 1 and <= 365)
            return TimeSpan.FromDays(days);
        problems.Add(new("", $"{Variables.SlackRefreshInterval} is no whole number from 1 to 365."));
        return SlackConfiguration.DefaultInterval;
    }

    private static bool EnabledOf(IEnvironment environment, ICollection<ConfigurationProblem> problems)
    {
        switch (environment.Get(Variables.SlackRefreshEnabled)?.ToLowerInvariant())
        {
            case null or "" or "true" or "1" or "yes":
                return true;
            case "false" or "0" or "no":
                return false;
            default:
                problems.Add(new("", $"{Variables.SlackRefreshEnabled} is none of true, false, 1, 0, yes and no."));
                return true;
        }
    }

    // Where slack-mcp-server keeps its session, unless it was told otherwise.
    private static string? ImportOf(IEnvironment environment) =>
        environment.Get(Variables.SlackCredentialsPath) is { Length: > 0 } named ? named
        : environment.Get(Variables.Home) is { Length: > 0 } home ? Path.Combine(home, ".slack-mcp-server", "credentials.json")
        : null;

    private static SecretReference Reference(string variable) =>
        SecretReference.TryParse($"env://{variable}", out var reference, out var problem) ? reference : throw new InvalidOperationException(problem);

    private static bool IsSet(IEnvironment environment, string name) => !string.IsNullOrEmpty(environment.Get(name));
}
