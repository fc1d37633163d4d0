using Rekey.Environment;

namespace Rekey.Aws.Profiles;

/// <summary>A profile with those that it stands on: each role is assumed with the credentials of the one before.</summary>
/// <param name="Base">The profile that has credentials of its own.</param>
/// <param name="Roles">The profiles of roles, the one nearest to <paramref name="Base"/> first.</param>
public sealed record ProfileChain(AwsProfile Base, IReadOnlyList<AwsProfile> Roles)
{
    /// <summary>
    /// The profile that the environment names, else <paramref name="otherwise"/>; null where keys or a web identity in the
    /// environment come first, as in every tool of AWS.
    /// </summary>
    public static string? NameIn(IEnvironment environment, string? otherwise = null)
    {
        string? Variable(string name) => environment.Get(name) is { Length: > 0 } value ? value : null;

        var hasKeys = Variable("AWS_ACCESS_KEY_ID") is not null && Variable("AWS_SECRET_ACCESS_KEY") is not null;
        var hasWebIdentity = Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is not null && Variable("AWS_ROLE_ARN") is not null;
        return hasKeys || hasWebIdentity ? null : Variable("AWS_PROFILE") ?? Variable("AWS_DEFAULT_PROFILE") ?? otherwise;
    }

    /// <summary>Follows <c>source_profile</c> to its end. Null when a profile is missing, or the way leads round.</summary>
    public static ProfileChain? Of(AwsConfiguration configuration, string name)
    {
        var roles = new List<AwsProfile>();
        var profile = configuration.Profile(name);
        while (profile is { RoleArn: not null, SourceProfile: { } source })
        {
            if (roles.Exists(role => role.Name == profile.Name))
                return null;
            roles.Insert(0, profile);
            // A profile that names itself assumes its role with its own keys.
            if (source == profile.Name)
                return new ProfileChain(profile, roles);
            profile = configuration.Profile(source);
        }
        return profile is null ? null : new ProfileChain(profile, roles);
    }
}
