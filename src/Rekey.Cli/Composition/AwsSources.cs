using Rekey.Aws;
using Rekey.Aws.ParameterStore;
using Rekey.Aws.SecretsManager;
using Rekey.References;

namespace Rekey.Cli.Composition;

/// <summary>Opens what is in AWS. Nothing is asked and no client is built before the first fetch.</summary>
internal sealed class AwsSources(CredentialParts parts, AwsIdentities identities)
{
    public CredentialSource<SecretDocument> Secret(SecretReference reference) => Open(
        reference, access => new SecretsManagerSource(reference.Path, access, reference.Options.GetValueOrDefault("stage"), reference.Text));

    public CredentialSource<SecretDocument> Parameter(SecretReference reference) =>
        Open(reference, access => new ParameterStoreSource(reference.Path, access, reference.Text));

    private CredentialSource<SecretDocument> Open(SecretReference reference, Func<AwsAccess, CredentialSource<SecretDocument>> open)
    {
        try
        {
            return open(Access(reference));
        }
        catch (CredentialException e)
        {
            return new UnusableSource<SecretDocument>(reference.Text, e.Error);
        }
    }

    private AwsAccess Access(SecretReference reference)
    {
        var access = new AwsAccess
        {
            Environment = parts.Environment,
            Region = reference.Options.GetValueOrDefault("region"),
            Profile = reference.Options.GetValueOrDefault("profile"),
            Files = identities.Files,
            Secrets = parts.Secrets,
            Time = parts.Time,
        };
        // A session without a role is good for signing in and for nothing else.
        return identities.Of(reference)?.Credential is ManagedCredential<AwsSessionCredential> session ? access with { Session = session } : access;
    }
}
