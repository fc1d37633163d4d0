using Rekey.Aws.Profiles;

namespace Rekey.Aws.Sso;

/// <summary>A profile that signs in through SSO, with its session found and its keys agreeing.</summary>
public sealed record SsoProfile
{
    private static readonly string[] SessionKeys = ["sso_start_url", "sso_region"];

    private SsoProfile(AwsProfile profile, SsoSession session)
    {
        Profile = profile;
        Session = session;
    }

    /// <summary>The profile as it is configured.</summary>
    public AwsProfile Profile { get; }

    /// <summary>What a human signs in to for it.</summary>
    public SsoSession Session { get; }

    /// <summary>The role it obtains; null for a profile that is used for its session alone.</summary>
    public SsoRole? Role => Profile is { SsoAccountId: { } account, SsoRoleName: { } role }
        ? new SsoRole(Profile.Name, account, role, Profile.Region)
        : null;

    /// <summary>Finds the profile and its session. Throws <see cref="CredentialException"/> that names what is wrong.</summary>
    public static SsoProfile Find(AwsConfiguration configuration, string name)
    {
        if (configuration.Profile(name) is not { } profile)
        {
            throw new CredentialException(configuration.ProfileNames.Count == 0 && !File.Exists(configuration.Files.Config)
                ? SsoErrors.ConfigNotFound(configuration.Files.Config)
                : SsoErrors.ProfileNotFound(name, configuration.Files.Config));
        }
        if (!profile.IsSso)
            throw new CredentialException(SsoErrors.ProfileNotSso(name));
        // One without the other is a mistake and not a profile for its session alone.
        if ((profile.SsoAccountId is null) != (profile.SsoRoleName is null))
            throw new CredentialException(SsoErrors.ConfigIncomplete($"profile {name}", [profile.SsoAccountId is null ? "sso_account_id" : "sso_role_name"]));
        return new SsoProfile(profile, profile.SsoSession is { } session ? FindSession(configuration, session, profile) : OwnSession(profile));
    }

    /// <summary>Finds a session by its name. Throws <see cref="CredentialException"/> that names what is wrong.</summary>
    public static SsoSession FindSession(AwsConfiguration configuration, string name) => FindSession(configuration, name, profile: null);

    private static SsoSession FindSession(AwsConfiguration configuration, string name, AwsProfile? profile)
    {
        if (configuration.Session(name) is not { } section)
            throw new CredentialException(SsoErrors.SessionMissing(name, configuration.Files.Config));
        if (profile is not null)
        {
            var different = SessionKeys.Where(key => profile[key] is { } own && section[key] is { } shared && own != shared).ToList();
            if (different.Count > 0)
                throw new CredentialException(SsoErrors.ConfigInconsistent(profile.Name, name, different));
        }
        return Complete(key => section[key] ?? profile?[key], $"sso-session {name}", name, section["sso_registration_scopes"]);
    }

    private static SsoSession OwnSession(AwsProfile profile) => Complete(key => profile[key], $"profile {profile.Name}", session: null, scopes: null);

    private static SsoSession Complete(Func<string, string?> value, string section, string? session, string? scopes)
    {
        var missing = SessionKeys.Where(key => value(key) is null).ToList();
        if (missing.Count > 0)
            throw new CredentialException(SsoErrors.ConfigIncomplete(section, missing));
        return new SsoSession
        {
            Name = session,
            StartUrl = value(SessionKeys[0])!,
            Region = value(SessionKeys[1])!,
            Scopes = (scopes ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        };
    }
}
