using Amazon.Runtime;

namespace Rekey.Aws.Identity;

/// <summary>The keys of a session that Rekey keeps alive: every request is signed with the lease of its moment.</summary>
internal sealed class LeasedCredentials(ManagedCredential<AwsSessionCredential> session) : AWSCredentials
{
    /// <summary>The lease that signed last.</summary>
    public Lease<AwsSessionCredential>? Used { get; private set; }

    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var lease = Used = await session.GetAsync().ConfigureAwait(false);
        var keys = lease.Credential;
        return new ImmutableCredentials(keys.AccessKeyId.Reveal(), keys.SecretAccessKey.Reveal(), keys.SessionToken.IsEmpty ? null : keys.SessionToken.Reveal());
    }
}
