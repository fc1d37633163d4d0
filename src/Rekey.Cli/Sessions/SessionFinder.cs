using Rekey.Aws.Profiles;
using Rekey.Aws.Sso;
using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Environment;

namespace Rekey.Cli.Sessions;

/// <summary>
/// Finds the AWS SSO session that is meant, in a fixed order, and never guesses: what is not clear is a failure with the names to
/// choose from. The AWS files are read anew each time, so that a profile that was just added is there.
/// </summary>
internal sealed class SessionFinder(AwsIdentities identities, IEnvironment environment, McpClientFiles clients) : ISessionFinder
{
    private const string Default = "default";

    /// <summary>Whether there is any session to find.</summary>
    public bool HasAny => new SsoProfiles(identities.Read()).HasSessions;

    public FoundSession Find(string? profile, string? server)
    {
        var configuration = identities.Read();
        try
        {
            return Find(profile, server, new SsoProfiles(configuration));
        }
        catch (CredentialException e) when (configuration.Problems is [var first, ..])
        {
            // What is not there may stand on a line that could not be read.
            throw new CredentialException(e.Error with { Message = $"{e.Error.Message} {first}" });
        }
    }

    private FoundSession Find(string? profile, string? server, SsoProfiles profiles)
    {
        if (profile is not null)
            return Profile(profile, "parameter", profiles);
        if (server is not null)
            return Profile(ProfileOf(server, profiles), "mcp_config", profiles);
        if ((Variable(Variables.AwsProfile) ?? Variable(Variables.AwsDefaultProfile)) is { } named)
            return Profile(named, "environment", profiles);
        if (profiles.OnlySession() is { } session)
            return Session(session, profiles);
        if (profiles.Names.Contains(Default))
            return Profile(Default, Default, profiles);
        throw new CredentialException(profiles.Names.Count == 0
            ? SsoErrors.NoProfile(profiles.Configuration.Files.Config)
            : SsoErrors.ProfileAmbiguous(profiles.Names));
    }

    // Those files may be anybody's: of what they say, only names that the user's own configuration has are repeated.
    private string ProfileOf(string server, SsoProfiles profiles) => KnownOf(server, profiles) switch
    {
        [var only] => only,
        [] => throw new CredentialException(SsoErrors.ServerWithoutProfile(server, profiles.Names)),
        var several => throw new CredentialException(SsoErrors.ProfileAmbiguous(several)),
    };

    private List<string> KnownOf(string server, SsoProfiles profiles) =>
        [.. McpClientServers.ProfilesOf(server, clients.All()).Where(name => profiles.Configuration.Profile(name) is not null)];

    private FoundSession Profile(string name, string foundBy, SsoProfiles profiles)
    {
        // A profile of a role stands on one that signs in.
        var signsIn = ProfileChain.Of(profiles.Configuration, name)?.Base.Name ?? name;
        if (profiles.Configuration.Profile(signsIn) is null && profiles.Names.Count > 0)
            throw new CredentialException(SsoErrors.ProfileNotFound(name, profiles.Configuration.Files.Config, profiles.Names));
        var found = SsoProfile.Find(profiles.Configuration, signsIn);
        return new FoundSession(identities.Of(found, profiles.Configuration).Credential, name, foundBy);
    }

    // One profile stands for its session; several share it, and the session alone is meant.
    private FoundSession Session(SsoSession session, SsoProfiles profiles) =>
        profiles.Of(session) is [var only]
            ? Profile(only, "recent", profiles)
            : new FoundSession(identities.Of(session, profiles.Configuration).Built.Credential, session.Label, "recent");

    private string? Variable(string name) => environment.Get(name) is { Length: > 0 } value ? value : null;
}
