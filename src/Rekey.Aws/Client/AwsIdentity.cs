using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Rekey.Aws.Profiles;

namespace Rekey.Aws.Client;

/// <summary>As whom requests are signed: a session that Rekey keeps, a profile, or what the SDK's chain finds.</summary>
internal sealed class AwsIdentity(AwsAccess access)
{
    private readonly string? _profile = access.Profile ?? ProfileChain.NameIn(access.Environment);
    private readonly LeasedCredentials? _leased = access.Session is { } session ? new LeasedCredentials(session) : null;

    /// <summary>How an operator would call it.</summary>
    public string Name => (access.Session, _profile) switch
    {
        ({ } session, _) => $"the session '{session.Name}'",
        (_, { } profile) => $"the profile '{profile}'",
        _ when HasKeys(access) => "the keys in the environment",
        _ => "the identity that the AWS credential chain finds",
    };

    /// <summary>What makes it valid again.</summary>
    public string Repair => (access.Session, _profile) switch
    {
        ({ } session, _) => $"Sign in again: rekey login, or the tool refresh_aws_sso_token, for '{session.Name}'.",
        (_, { } profile) => $"Sign in again (aws sso login --profile {profile}) or renew the keys of the profile '{profile}'.",
        _ => "Sign in again, set AWS_PROFILE, or renew the keys.",
    };

    public string? Region => _profile is { } name && new CredentialProfileStoreChain().TryGetProfile(name, out var profile) ? profile.Region?.SystemName : null;

    /// <summary>The credentials; asked again after a refusal, they are read anew. Null when the profile does not exist.</summary>
    public async Task<AWSCredentials?> FindAsync(IClientConfig configuration, CancellationToken cancellationToken)
    {
        if (_leased is not null)
            return access.Roles.Aggregate((AWSCredentials)_leased, Assume);
        if (_profile is { } name)
        {
            var profiles = new CredentialProfileStoreChain();
            return profiles.TryGetProfile(name, out var profile) ? profile.GetAWSCredentials(profile.CredentialProfileStore) : null;
        }
        if (HasKeys(access))
            return Keys(access);
        using var chain = new DefaultAWSCredentialsIdentityResolver();
        return await chain.ResolveIdentityAsync(configuration, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>AWS refused what was signed: with a session of ours it was its lease, unless a role stood in between.</summary>
    public void Reject(bool atRole)
    {
        if (_leased?.Used is { } lease && (atRole || access.Roles.Count == 0))
            access.Session!.Reject(lease);
    }

    private static AssumeRoleAWSCredentials Assume(AWSCredentials source, AwsAssumedRole role) => new(
        source, role.Arn, role.SessionName,
        new AssumeRoleAWSCredentialsOptions { ExternalId = role.ExternalId, DurationSeconds = (int?)role.Duration?.TotalSeconds });

    private static bool HasKeys(AwsAccess access) => Has(access, "AWS_ACCESS_KEY_ID") && Has(access, "AWS_SECRET_ACCESS_KEY");

    private static AWSCredentials Keys(AwsAccess access)
    {
        var (id, key) = (access.Environment.Get("AWS_ACCESS_KEY_ID")!, access.Environment.Get("AWS_SECRET_ACCESS_KEY")!);
        return NonEmpty(access.Environment.Get("AWS_SESSION_TOKEN")) is { } session
            ? new SessionAWSCredentials(id, key, session)
            : new BasicAWSCredentials(id, key);
    }

    private static bool Has(AwsAccess access, string variable) => NonEmpty(access.Environment.Get(variable)) is not null;

    private static string? NonEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
