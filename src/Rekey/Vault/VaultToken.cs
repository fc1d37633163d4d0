namespace Rekey.Vault;

/// <summary>A token of Vault: what everything that is read from it stands on.</summary>
/// <param name="Value">The token itself.</param>
public sealed record VaultToken(Secret Value) : ICredential
{
    /// <inheritdoc/>
    public SecretDocument Document => SecretDocument.FromFields([new("token", Value)]);
}
