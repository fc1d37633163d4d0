using Rekey.Azure.KeyVault;

namespace Rekey.Azure.Tests.KeyVault;

public sealed class KeyVaultPathTests
{
    [Theory]
    [InlineData("myvault/orders", "https://myvault.vault.azure.net/", "orders")]
    [InlineData("My-Vault1/Orders-2", "https://my-vault1.vault.azure.net/", "Orders-2")]
    [InlineData("myvault.vault.azure.cn/orders", "https://myvault.vault.azure.cn/", "orders")]
    [InlineData("myvault.vault.usgovcloudapi.net/orders", "https://myvault.vault.usgovcloudapi.net/", "orders")]
    [InlineData("myvault.vault.local.azurestack.external/orders", "https://myvault.vault.local.azurestack.external/", "orders")]
    public void A_vault_and_a_secret_are_named(string path, string vault, string name) =>
        Assert.Equal(new KeyVaultPath(new Uri(vault), name), KeyVaultPath.Parse(path));

    [Theory]
    [InlineData("orders", "It names no secret")]
    [InlineData("myvault/", "It names no secret")]
    [InlineData("/orders", "The name of the vault")]
    [InlineData("ab/orders", "The name of the vault")]
    [InlineData("1vault/orders", "The name of the vault")]
    [InlineData("my--vault/orders", "The name of the vault")]
    [InlineData("my-vault-/orders", "The name of the vault")]
    [InlineData("a-vault-of-more-than-24-letters/orders", "The name of the vault")]
    [InlineData("my_vault/orders", "The name of the vault")]
    [InlineData("myvault:8443/orders", "The name of the vault")]
    [InlineData("myvault\n/orders", "The name of the vault")]
    [InlineData("me@myvault.vault.azure.net/orders", "The name of the vault")]
    [InlineData("myvault.example.com/orders", "The host is none of a vault")]
    [InlineData("myvault.vault/orders", "The host is none of a vault")]
    [InlineData("myvault.vault.azure.net:8443/orders", "The host is none of a vault")]
    [InlineData("myvault.vault.azure.net./orders", "The host is none of a vault")]
    [InlineData("myvault/orders/1", "The name of the secret")]
    [InlineData("myvault/my.orders", "The name of the secret")]
    [InlineData("myvault/..", "The name of the secret")]
    public void What_names_none_is_told(string path, string problem)
    {
        Assert.StartsWith(problem, KeyVaultSource.ProblemOf(path), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => KeyVaultPath.Parse(path));
    }

    [Theory]
    [InlineData("4387e9f3d6e14c459867679a90fd0f79", true)]
    [InlineData("4387E9F3D6E14C459867679A90FD0F79", true)]
    [InlineData("7", false)]
    [InlineData("", false)]
    [InlineData("4387e9f3d6e14c459867679a90fd0f79/x", false)]
    public void A_version_has_32_digits(string version, bool isVersion) =>
        Assert.Equal(isVersion, KeyVaultSource.ProblemOf("myvault/orders", version) is null);
}
