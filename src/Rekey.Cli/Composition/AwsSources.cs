using Rekey.Aws;
using Rekey.Aws.ParameterStore;
using Rekey.Aws.SecretsManager;
using Rekey.References;

namespace Rekey.Cli.Composition;

/// <summary>Opens what is in AWS. Nothing is asked and no client is built before the first fetch.</summary>
internal sealed class AwsSources(CredentialParts parts)
{
    public CredentialSource<SecretDocument> Secret(SecretReference reference) =>
        new SecretsManagerSource(reference.Path, Access(reference), reference.Options.GetValueOrDefault("stage"), reference.Text);

    public CredentialSource<SecretDocument> Parameter(SecretReference reference) =>
        new ParameterStoreSource(reference.Path, Access(reference), reference.Text);

    private AwsAccess Access(SecretReference reference) => new()
    {
        Environment = parts.Environment,
        Region = reference.Options.GetValueOrDefault("region"),
        Profile = reference.Options.GetValueOrDefault("profile"),
        Secrets = parts.Secrets,
        Time = parts.Time,
    };
}
