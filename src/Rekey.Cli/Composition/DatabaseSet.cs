using Microsoft.Extensions.Logging;
using Rekey.Cli.Drivers;
using Rekey.Databases;
using Rekey.Mcp.Databases;

namespace Rekey.Cli.Composition;

/// <summary>A pool for every database credential, as the tools need it. Disposing it drains the pools; the credentials live on.</summary>
internal sealed class DatabaseSet : IAsyncDisposable
{
    private readonly List<RotatingDataSource> _pools = [];

    public DatabaseSet(IEnumerable<ManagedCredential<DatabaseCredential>> credentials, DatabaseDrivers drivers, ILogger logger)
    {
        var bindings = new List<DatabaseBinding>();
        foreach (var credential in credentials)
        {
            var pool = new RotatingDataSource(credential, drivers, logger: logger);
            _pools.Add(pool);
            bindings.Add(new DatabaseBinding(credential, pool, drivers, drivers.CatalogFor));
        }
        Bindings = bindings;
    }

    public IReadOnlyList<DatabaseBinding> Bindings { get; }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_pools.Select(static pool => pool.DisposeAsync().AsTask())).ConfigureAwait(false);
}
