using Azure.Security.KeyVault.Secrets;

namespace Rekey.Azure.KeyVault;

/// <summary>A secret of Azure Key Vault. Its versions are known by their ids, so that an unchanged secret is known for one.</summary>
public sealed class KeyVaultSource : CredentialSource<SecretDocument>
{
    private readonly KeyVaultPath _path;
    private readonly KeyVaults _vaults;
    private readonly string? _version;

    /// <summary>Makes a source that reads one secret.</summary>
    /// <param name="path">The vault and the secret: <c>VAULT/NAME</c>.</param>
    /// <param name="vaults">Through which clients it is read.</param>
    /// <param name="version">The one version that is meant; null for the newest.</param>
    /// <param name="reference">The reference as the operator wrote it.</param>
    public KeyVaultSource(string path, KeyVaults vaults, string? version = null, string? reference = null)
    {
        _path = KeyVaultPath.Parse(path);
        _vaults = vaults;
        _version = version;
        Reference = reference ?? $"azure-kv://{path}";
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <summary>What is wrong with a path or a version, as a sentence; null when nothing is.</summary>
    public static string? ProblemOf(string path, string? version = null) => KeyVaultPath.ProblemOf(path) ?? KeyVaultPath.ProblemOfVersion(version);

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var response = await _vaults.Of(_path.Vault).GetSecretAsync(_path.Name, _version, cancellationToken).ConfigureAwait(false);
            return AnswerIn(response.Value);
        }
        catch (Exception e) when (e is not (CredentialException or OutOfMemoryException))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new CredentialException(KeyVaultFailures.Of(e, this, _path, _vaults.Access.Time));
        }
    }

    private SourceAnswer<SecretDocument> AnswerIn(KeyVaultSecret secret)
    {
        if (secret.Properties.ExpiresOn is { } end && end <= _vaults.Access.Time.GetUtcNow())
            throw new CredentialException(AzureErrors.SecretExpired(Reference, end));
        if (secret.Value is null)
            throw new CredentialException(SessionErrors.InvalidResponse(Reference, "the answer has no secret in it"));
        if (secret.Value.Length == 0)
            throw new CredentialException(CredentialErrors.SecretInvalid(Reference, "content: empty"));
        return new SourceAnswer<SecretDocument>(SecretDocument.FromText(new Secret(secret.Value)))
        {
            Version = secret.Properties.Version,
            ExpiresAt = secret.Properties.ExpiresOn,
        };
    }
}
