using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey.Databases;

/// <summary>
/// A data source whose pool follows a managed credential. Every open connection belongs to the generation it was opened in;
/// a swap changes where the next one comes from and disturbs none that is open. Only opening is tried again, never a query.
/// </summary>
public sealed partial class RotatingDataSource : DbDataSource, ICredentialConsumer<DatabaseCredential>
{
    private readonly ManagedCredential<DatabaseCredential> _credential;
    private readonly IDatabaseDriver _driver;
    private readonly RotatingDataSourceOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<PoolGeneration> _generations = []; // oldest first; the active one among them
    private volatile PoolGeneration? _active;
    private long _forcedCloses;
    private bool _isDisposed;

    /// <summary>Builds pools with <paramref name="driver"/> on the leases of <paramref name="credential"/>.</summary>
    public RotatingDataSource(
        ManagedCredential<DatabaseCredential> credential, IDatabaseDriver driver, RotatingDataSourceOptions? options = null, ILogger? logger = null)
    {
        _credential = credential;
        _driver = driver;
        _options = options ?? new RotatingDataSourceOptions();
        _logger = logger ?? NullLogger.Instance;
        _time = credential.Time;
        credential.Attach(this);
    }

    /// <summary>Empty: a connection string could carry a password.</summary>
    public override string ConnectionString => string.Empty;

    /// <inheritdoc/>
    public string Name => $"the connection pool of '{_credential.Name}'";

    /// <inheritdoc/>
    public bool IsRequired => true;

    /// <summary>Connections that had to be closed because they were not given back in time.</summary>
    public long ForcedCloses => Interlocked.Read(ref _forcedCloses);

    /// <summary>Generations that are not gone yet, the active one included.</summary>
    public int Generations
    {
        get
        {
            lock (_gate)
                return _generations.Count;
        }
    }

    /// <summary>
    /// Tells the lifecycle about a failure on a connection of this source: a permission that the new login lacks brings the
    /// previous one back, a login that was removed is replaced. The query itself is the caller's and is not run again.
    /// </summary>
    public void ReportFailure(DbConnection connection, Exception exception)
    {
        PoolGeneration? generation;
        lock (_gate)
            generation = _generations.Find(g => g.Owns(connection));
        if (generation is null)
            return;
        switch (_driver.Classify(exception))
        {
            case DatabaseFailure.PermissionDenied:
                _credential.ReportForbidden(generation.Lease);
                break;
            case DatabaseFailure.CredentialRefused or DatabaseFailure.LoginRemoved:
                _credential.Reject(generation.Lease);
                break;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IPreparedLease> PrepareAsync(Lease<DatabaseCredential> lease, CancellationToken cancellationToken)
    {
        await MakeRoomAsync(cancellationToken).ConfigureAwait(false);
        PoolGeneration? generation;
        bool isNew;
        lock (_gate)
        {
            generation = Find_NeedsLock(lease);
            isNew = generation is null;
            generation ??= Build_NeedsLock(lease) ?? throw new CredentialException(CredentialErrors.Expired(_credential.Name));
        }
        if (isNew)
        {
            try
            {
                await WarmAsync(generation, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                Retire(generation);
                throw;
            }
        }
        return new Prepared(this, generation, isNew);
    }

    /// <inheritdoc/>
    public void Release(Lease<DatabaseCredential> lease)
    {
        PoolGeneration? generation;
        lock (_gate)
            generation = _generations.Find(g => g.Lease == lease);
        if (generation is not null)
            Retire(generation);
    }

    /// <inheritdoc/>
    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            var generation = await CurrentAsync(cancellationToken).ConfigureAwait(false);
            var (returned, succeeded) = (generation.Returned, generation.Succeeded);
            if (!generation.TryAcquire())
                continue;
            try
            {
                return await generation.OpenAsync(succeeded, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OutOfMemoryException && succeeded.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // It waited at a pool that has been succeeded, and is served by the new one. Drivers tell the cancellation in many ways.
            }
            catch (Exception e) when (IsRefusal(e))
            {
                _credential.Reject(generation.Lease);
                var left = _credential.Policy.RejectionWait - _time.GetElapsedTime(began);
                if (left <= TimeSpan.Zero)
                    throw new CredentialException(_credential.Status.LastError ?? CredentialErrors.Rejected(_credential.Name));
                await NewerOrReturnedAsync(generation, returned, left, succeeded, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    protected override DbConnection OpenDbConnection() => OpenDbConnectionAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection() => CurrentAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult().CreateConnection();

    /// <inheritdoc/>
    protected override async ValueTask DisposeAsyncCore()
    {
        await EndAsync().ConfigureAwait(false);
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            EndAsync().GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    private async Task EndAsync()
    {
        PoolGeneration[] generations;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _active = null;
            generations = [.. _generations];
        }
        _credential.Detach(this);
        foreach (var generation in generations)
            Retire(generation);
        await Task.WhenAny(Task.WhenAll(generations.Select(static g => g.Drained)), Task.Delay(_options.ShutdownLimit, _time)).ConfigureAwait(false);
    }

    // A refused lease still has its open connections: the old pool stays pinned until the next lease is proved.
    private async ValueTask<PoolGeneration> CurrentAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var active = _active;
            if (active is { Lease.IsRejected: true } && active.Lease == _credential.Active && !active.Lease.Term.IsExpired(_time))
                return active;
            var lease = await _credential.GetAsync(cancellationToken).ConfigureAwait(false);
            if (active?.Lease == lease)
                return active;
            if (InUse(lease) is { } generation)
                return generation;
        }
    }

    // Null when the lease has been succeeded since the caller got it: nobody would ever retire a pool built on it now.
    private PoolGeneration? InUse(Lease<DatabaseCredential> lease)
    {
        PoolGeneration? generation;
        lock (_gate)
        {
            generation = Find_NeedsLock(lease);
            if (generation is not null)
                return generation;
            if (lease != _credential.Active || (generation = Build_NeedsLock(lease)) is null)
                return null;
            _active = generation;
        }
        if (lease == _credential.Active)
            return generation;
        Retire(generation);
        return null;
    }

    private bool IsRefusal(Exception exception) =>
        exception is LoginClosedException || exception.InnerException is LoginClosedException
        || _driver.Classify(exception) is DatabaseFailure.CredentialRefused;

    private async Task NewerOrReturnedAsync(
        PoolGeneration generation, Task returned, TimeSpan left, CancellationToken succeeded, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, succeeded);
        var newer = _credential.GetAsync(over.Token).AsTask();
        var timeout = Task.Delay(left, _time, over.Token);
        await Task.WhenAny(newer, returned, timeout).ConfigureAwait(false);
        // No newer lease to be had: what is open may still come back.
        if (newer.IsFaulted && generation.OpenConnections > 0)
            await Task.WhenAny(returned, timeout).ConfigureAwait(false);
        else if (newer.IsFaulted)
            await newer.ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
