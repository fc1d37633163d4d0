using System.Data.Common;

namespace Rekey.Databases;

// How generations come and go: built, warmed, put into service, drained, and in the end closed.
public sealed partial class RotatingDataSource
{
    private PoolGeneration? Find_NeedsLock(Lease<DatabaseCredential> lease) => _generations.Find(g => g.Lease == lease && !g.IsRetired);

    // Null when the lease is over.
    private PoolGeneration? Build_NeedsLock(Lease<DatabaseCredential> lease)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!lease.TryHold(out var hold))
            return null;
        var generation = new PoolGeneration(lease, hold!, _driver.CreateDataSource(lease.Credential, new LoginGate(lease)), _time);
        _generations.Add(generation);
        return generation;
    }

    // The chain of old generations is bounded: the next swap waits for the oldest to drain, and past the limit ends it.
    private async Task MakeRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            PoolGeneration oldest;
            lock (_gate)
            {
                var draining = _generations.FindAll(static g => g.IsRetired);
                if (draining.Count < _options.MaxDraining)
                    return;
                oldest = draining[0];
            }
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(oldest.Drained, Task.Delay(_credential.Policy.DrainLimit, _time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!oldest.Drained.IsCompleted)
                ForceClose(oldest);
        }
    }

    private async Task WarmAsync(PoolGeneration generation, CancellationToken cancellationToken)
    {
        // As many as are out now; more could be more than the pool holds.
        var wanted = Math.Clamp(_active?.OpenConnections ?? 0, 1, _options.MaxWarm);
        var opened = new List<DbConnection>(wanted);
        try
        {
            while (opened.Count < wanted && generation.TryAcquire())
                opened.Add(await generation.OpenAsync(CancellationToken.None, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException) && !IsRefusal(e))
        {
            // The server may be full while two pools overlap: the rest is opened when it is needed.
            DatabaseLog.WarmedPartly(_logger, _credential.Name, opened.Count, wanted);
        }
        finally
        {
            foreach (var connection in opened)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Activate(PoolGeneration generation)
    {
        PoolGeneration? old;
        lock (_gate)
        {
            generation.TakeOver();
            (old, _active) = (_active, generation);
        }
        if (old is not null && old != generation)
            old.HandOver();
    }

    private void Retire(PoolGeneration generation)
    {
        lock (_gate)
        {
            if (_active == generation)
                _active = null;
        }
        generation.Retire();
        _ = WatchDrainAsync(generation);
    }

    private async Task WatchDrainAsync(PoolGeneration generation)
    {
        var limit = _credential.Policy.DrainLimit;
        await Task.WhenAny(generation.Drained, Task.Delay(limit, _time)).ConfigureAwait(false);
        if (!generation.Drained.IsCompleted)
        {
            DatabaseLog.SlowDrain(_logger, _credential.Name, generation.OpenConnections, generation.OldestAge.TotalSeconds);
            await Task.WhenAny(generation.Drained, Task.Delay(Patience(generation), _time)).ConfigureAwait(false);
            if (!generation.Drained.IsCompleted)
                ForceClose(generation);
        }
        await generation.Drained.ConfigureAwait(false);
        lock (_gate)
            _generations.Remove(generation);
    }

    // A long query is not cut while its login is good; a connection that nobody gives back must not hold its lease for ever.
    private TimeSpan Patience(PoolGeneration generation)
    {
        var left = generation.Lease.Term.Remaining(_time) - _options.CloseBeforeExpiry;
        return left is not { } end || end > _options.LeakLimit ? _options.LeakLimit : end > TimeSpan.Zero ? end : TimeSpan.Zero;
    }

    private void ForceClose(PoolGeneration generation)
    {
        var closed = generation.ForceClose();
        Interlocked.Add(ref _forcedCloses, closed);
        DatabaseLog.ForcedClose(_logger, _credential.Name, closed);
    }

    private sealed class Prepared(RotatingDataSource owner, PoolGeneration generation, bool isNew) : IPreparedLease
    {
        public void Commit() => owner.Activate(generation);

        public async ValueTask AbortAsync()
        {
            if (!isNew)
                return;
            owner.Retire(generation);
            await generation.Drained.ConfigureAwait(false);
        }
    }
}
