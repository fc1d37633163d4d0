using System.Text.RegularExpressions;

namespace Rekey.Azure.KeyVault;

/// <summary>Which secret of which vault: <c>VAULT/NAME</c>, the vault by its name or, in another cloud, by its whole host name.</summary>
internal sealed partial record KeyVaultPath(Uri Vault, string Name)
{
    private const string PublicCloud = "vault.azure.net";

    /// <summary>Reads a path that <see cref="ProblemOf"/> finds nothing wrong with.</summary>
    public static KeyVaultPath Parse(string path)
    {
        if (ProblemOf(path) is { } problem)
            throw new ArgumentException(problem, nameof(path));
        var (vault, name) = Halves(path);
        return new KeyVaultPath(new Uri($"https://{(vault.Contains('.') ? vault : $"{vault}.{PublicCloud}")}"), name!);
    }

    public static string? ProblemOf(string path)
    {
        var (vault, name) = Halves(path);
        return name is null ? "It names no secret: azure-kv://VAULT/NAME."
            : !VaultName().IsMatch(vault.Split('.')[0]) ? "The name of the vault is none: 3 to 24 letters, digits and single hyphens, a letter first."
            : vault.Contains('.') && !VaultDomain().IsMatch(vault) ? "The host is none of a vault: a name and '.vault.' with the domain of its cloud behind it, such as myvault.vault.azure.cn."
            : !SecretName().IsMatch(name) ? "The name of the secret is none: 1 to 127 letters, digits and hyphens."
            : null;
    }

    public static string? ProblemOfVersion(string? version) =>
        version is null || Version().IsMatch(version) ? null : "The version is none: 32 hexadecimal digits.";

    private static (string Vault, string? Name) Halves(string path) =>
        path.Split('/', 2) is [var vault, { Length: > 0 } name] ? (vault, name) : (path, null);

    // https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers
    [GeneratedRegex(@"^(?=.{3,24}\z)[A-Za-z](?:-?[A-Za-z0-9])+\z")]
    private static partial Regex VaultName();

    // The clouds of states and of companies have domains of their own, always of this form.
    [GeneratedRegex(@"^[A-Za-z0-9-]+\.vault(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\z", RegexOptions.IgnoreCase)]
    private static partial Regex VaultDomain();

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,127}\z")]
    private static partial Regex SecretName();

    [GeneratedRegex(@"^[A-Fa-f0-9]{32}\z")]
    private static partial Regex Version();
}
