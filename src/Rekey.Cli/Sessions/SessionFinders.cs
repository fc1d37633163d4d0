using Rekey.Cli.Composition;

namespace Rekey.Cli.Sessions;

/// <summary>The finder of this process, and what its failures mean to a shell.</summary>
internal static class SessionFinders
{
    public static SessionFinder For(CredentialSet credentials, Surroundings surroundings) => new(
        credentials.Identities, surroundings.Environment, new McpClientFiles(surroundings.Environment, surroundings.Home, surroundings.WorkingFolder));

    /// <summary>What is configured wrongly, or not clear, is the caller's; the rest is AWS's.</summary>
    public static int CodeOf(CredentialError error) => error switch
    {
        { Code: "PROFILE_NOT_FOUND" or "PROFILE_AMBIGUOUS" or "AWS_SSO_SESSION_MISSING" or "AWS_ENDPOINT_INVALID" } => ExitCode.Configuration,
        { Kind: FailureKind.Unavailable } => ExitCode.Unreachable,
        { Code: var code } when code.StartsWith("AWS_SSO_CONFIG", StringComparison.Ordinal) || code.StartsWith("AWS_SSO_PROFILE", StringComparison.Ordinal) => ExitCode.Configuration,
        _ => ExitCode.Refused,
    };
}
