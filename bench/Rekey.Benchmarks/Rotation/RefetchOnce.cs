using System.Collections.Concurrent;
using System.Data.Common;
using Rekey.Databases;

namespace Rekey.Benchmarks.Rotation;

/// <summary>A cached secret: a refused login makes it ask once and try once more. What is open stays open, and nobody listens to events.</summary>
internal sealed class RefetchOnce(RotatedLogin login) : NaiveLoad(login)
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConcurrentQueue<DbDataSource> _pools = new();
    private volatile Cached? _cached;

    public override async Task BeginAsync(CancellationToken cancellationToken) => Take(await FetchAsync(cancellationToken));

    public override Task HearOfRotationAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools)
            await pool.DisposeAsync();
        _one.Dispose();
    }

    protected override async ValueTask<DbConnection> OpenAsync()
    {
        var cached = _cached!;
        try
        {
            return await cached.Pool.OpenConnectionAsync();
        }
        catch (DbException e) when (Driver.Classify(e) is DatabaseFailure.CredentialRefused)
        {
            return await (await RefetchAsync(cached)).Pool.OpenConnectionAsync();
        }
    }

    private async Task<Cached> RefetchAsync(Cached refused)
    {
        await _one.WaitAsync();
        try
        {
            if (_cached != refused)
                return _cached!;
            var fetched = await FetchAsync(CancellationToken.None);
            return fetched == refused.Login ? refused : Take(fetched);
        }
        finally
        {
            _one.Release();
        }
    }

    private Cached Take(DatabaseCredential fetched)
    {
        var pool = Driver.CreateDataSource(fetched, LoginGate.AlwaysOpen);
        _pools.Enqueue(pool);
        return _cached = new Cached(fetched, pool);
    }

    private sealed record Cached(DatabaseCredential Login, DbDataSource Pool);
}
