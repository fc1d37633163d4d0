using Rekey.Azure;
using Rekey.Azure.KeyVault;
using Rekey.References;

namespace Rekey.Cli.Composition;

/// <summary>Opens what is in Azure. Nothing is asked and no client is built before the first fetch.</summary>
internal sealed class AzureSources(CredentialParts parts) : IDisposable
{
    private readonly KeyVaults _vaults = new(new AzureAccess { Secrets = parts.Secrets, Time = parts.Time });

    public CredentialSource<SecretDocument> Secret(SecretReference reference)
    {
        var version = reference.Options.GetValueOrDefault("version");
        return new KeyVaultSource(reference.Path, _vaults, version, reference.WithoutField().Text);
    }

    public void Dispose() => _vaults.Dispose();
}
