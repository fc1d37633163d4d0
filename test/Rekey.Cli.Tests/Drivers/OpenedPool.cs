using System.Data.Common;
using Microsoft.Extensions.Logging;
using Rekey.Cli.Drivers;
using Rekey.Databases;

namespace Rekey.Cli.Tests.Drivers;

/// <summary>The bare pool of one lease, warmed with one connection, whose gate the test can close.</summary>
internal sealed class OpenedPool : IAsyncDisposable
{
    private readonly LoginSource _store;
    private readonly ManagedCredential<DatabaseCredential> _credential;
    private readonly RotatingDataSource _source;
    private readonly CapturingDriver _driver = new(DatabaseDrivers.All);

    private OpenedPool(DatabaseCredential login, ILogger logger)
    {
        _store = new LoginSource(login);
        _credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = _store,
            Logger = logger,
        });
        _source = new RotatingDataSource(_credential, _driver, logger: logger);
    }

    public DbDataSource Pool => _driver.Pools.First();

    public static async Task<OpenedPool> OnAsync(DatabaseCredential login, ILogger logger)
    {
        var opened = new OpenedPool(login, logger);
        await using (await opened._source.OpenConnectionAsync())
            return opened;
    }

    /// <summary>The server is said to have refused the lease, and the store has no newer one.</summary>
    public void CloseGate()
    {
        _store.Current = null;
        Assert.True(_credential.Reject(_credential.Active!));
    }

    /// <summary>The server takes the lease after all, and the store has it again.</summary>
    public async Task OpenGateAsync()
    {
        _store.Current = _credential.Active!.Credential;
        Assert.IsType<RefreshResult.Unchanged>(await _credential.RefreshAsync(RefreshTrigger.Manual));
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _credential.DisposeAsync();
    }
}
