using Rekey.Azure.KeyVault;
using Rekey.Azure.Tests.Identity;
using Rekey.Testing;
using Rekey.Testing.Azure;

namespace Rekey.Azure.Tests.KeyVault;

/// <summary>Sources before a Key Vault on loopback.</summary>
public abstract class KeyVaultTest : LeakCheckedTest
{
    private readonly List<IDisposable> _made = [];

    protected KeyVaultTest()
    {
        Token = Plant($"token-of-azure-{Guid.NewGuid():N}");
        Server = new KeyVaultServer(Token);
        Identity = new ScriptedIdentity(Token);
    }

    protected Secret Token { get; }

    protected KeyVaultServer Server { get; }

    private protected ScriptedIdentity Identity { get; }

    private protected LearnedSecrets Learned { get; } = new();

    protected ManualTimeProvider Time { get; } = new();

    private protected AzureAccess Access => new() { Identity = Identity, Secrets = Learned, Time = Time, Handler = Server.Way() };

    protected KeyVaults Vaults(AzureAccess? access = null)
    {
        var vaults = new KeyVaults(access ?? Access);
        _made.Add(vaults);
        return vaults;
    }

    protected KeyVaultSource Source(string name = "orders", string? version = null, AzureAccess? access = null) =>
        new($"{Server.Name}/{name}", Vaults(access), version);

    protected static ValueTask<SourceAnswer<SecretDocument>> FetchAsync(KeyVaultSource source, CancellationToken cancellationToken = default) =>
        source.FetchAsync(new FetchRequest<SecretDocument>(RefreshTrigger.Demand, null), cancellationToken);

    /// <summary>What a fetch fails with.</summary>
    protected async Task<CredentialError> FailureOf(KeyVaultSource source)
    {
        var exception = Observe(await Assert.ThrowsAsync<CredentialException>(async () => await FetchAsync(source)));
        Observe(exception.Error.ToString());
        Assert.False(string.IsNullOrWhiteSpace(exception.Error.NextStep));
        return exception.Error;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var one in _made)
            one.Dispose();
        await Server.DisposeAsync();
        await base.DisposeAsync();
    }
}
