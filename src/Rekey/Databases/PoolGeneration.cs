using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;

namespace Rekey.Databases;

/// <summary>
/// One pool built on one lease. Invariant: references start at one, for being in service; a generation whose count has
/// reached zero can never be acquired again, and only then is its pool disposed and its lease let go.
/// </summary>
internal sealed class PoolGeneration
{
    private readonly DbDataSource _pool;
    private readonly LeaseHold _hold;
    private readonly TimeProvider _time;
    private readonly StateChangeEventHandler _onStateChange;
    private readonly ConcurrentDictionary<DbConnection, long> _open = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _returned = NewSignal();
    private volatile CancellationTokenSource _succeeded = new();
    private int _references = 1;
    private int _retired;

    public PoolGeneration(Lease<DatabaseCredential> lease, LeaseHold hold, DbDataSource pool, TimeProvider time)
    {
        Lease = lease;
        _hold = hold;
        _pool = pool;
        _time = time;
        _onStateChange = OnStateChange;
    }

    public Lease<DatabaseCredential> Lease { get; }

    /// <summary>Completes when the last connection is closed and the pool is gone.</summary>
    public Task Drained => _drained.Task;

    public int OpenConnections => _open.Count;

    public bool IsRetired => Volatile.Read(ref _retired) != 0;

    /// <summary>When a connection comes back; read it before looking for one, so that none is missed.</summary>
    public Task Returned => _returned.Task;

    public bool TryAcquire()
    {
        var seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            _ = EndAsync();
    }

    /// <summary>Cancelled when another generation has taken over: whoever still waits for a connection here is better off there.</summary>
    public CancellationToken Succeeded => _succeeded.Token;

    /// <summary>The generation comes into service, or back into it.</summary>
    public void TakeOver()
    {
        if (_succeeded.IsCancellationRequested)
            _succeeded = new CancellationTokenSource();
    }

    /// <summary>Another generation has taken over.</summary>
    public void HandOver() => _succeeded.Cancel();

    /// <summary>Opens a connection under a reference that the caller has acquired; closing the connection releases it.</summary>
    public async ValueTask<DbConnection> OpenAsync(CancellationToken succeeded, CancellationToken cancellationToken)
    {
        using var either = cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(succeeded, cancellationToken) : null;
        try
        {
            var connection = await _pool.OpenConnectionAsync(either?.Token ?? succeeded).ConfigureAwait(false);
            _open[connection] = _time.GetTimestamp();
            connection.StateChange += _onStateChange;
            return connection;
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>A connection that is not open yet. It is counted from its opening.</summary>
    public DbConnection CreateConnection()
    {
        var connection = _pool.CreateConnection();
        connection.StateChange += _onStateChange;
        return connection;
    }

    public bool Owns(DbConnection connection) => _open.ContainsKey(connection);

    /// <summary>Takes the generation out of service: it lives on until its last connection is closed.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _retired, 1) == 0)
            Release();
    }

    /// <summary>Closes what was never given back. The only way in which a generation ends a running query.</summary>
    public int ForceClose()
    {
        var closed = 0;
        foreach (var connection in _open.Keys)
        {
            try
            {
                connection.Close();
                closed++;
            }
            catch (Exception e) when (e is DbException or InvalidOperationException or IOException)
            {
                Forget(connection);
            }
        }
        return closed;
    }

    /// <summary>How long the oldest connection has been out.</summary>
    public TimeSpan OldestAge => _open.IsEmpty ? TimeSpan.Zero : _time.GetElapsedTime(_open.Values.DefaultIfEmpty(_time.GetTimestamp()).Min());

    private void OnStateChange(object sender, StateChangeEventArgs e)
    {
        var connection = (DbConnection)sender;
        if (e.CurrentState is ConnectionState.Closed)
        {
            Forget(connection);
        }
        else if (e.CurrentState is ConnectionState.Open && e.OriginalState is ConnectionState.Closed or ConnectionState.Connecting
            && !_open.ContainsKey(connection) && TryAcquire())
        {
            _open[connection] = _time.GetTimestamp(); // somebody opened it again
        }
    }

    private void Forget(DbConnection connection)
    {
        if (!_open.TryRemove(connection, out _))
            return;
        var waiters = _returned;
        if (waiters.Task.IsCompleted || Interlocked.CompareExchange(ref _returned!, NewSignal(), waiters) == waiters)
            waiters.TrySetResult();
        Release();
    }

    private async Task EndAsync()
    {
        await _pool.DisposeAsync().ConfigureAwait(false);
        _hold.Dispose();
        _drained.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
