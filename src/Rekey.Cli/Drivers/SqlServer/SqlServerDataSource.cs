using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>
/// The pool of one generation. SqlClient keeps a pool for each pair of settings and credential object, so each generation has its own.
/// It has no hook before a login. Therefore the password itself is erased when it is refused and while the gate is closed: the pool
/// still hands out what is open, and a login that it tries has nothing to present. It logs in one connection after the other anyway, and
/// for everybody who waits at it; therefore they wait here, where the gate is asked when their turn comes.
/// </summary>
internal sealed class SqlServerDataSource(SqlConnectionStringBuilder settings, DatabaseCredential login, LoginGate gate) : DbDataSource
{
    private readonly string _settings = settings.ConnectionString;
    private readonly int _size = settings.MaxPoolSize;
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(settings.ConnectTimeout);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private SqlCredential _presented = SqlServerLogin.Of(login);
    private SqlException? _refusal; // for who comes before the gate closes because of it
    private bool _isErased;
    private bool _isDisposed;
    private int _out;

    static SqlServerDataSource() => SqlServerThreads.Reserve();

    public override string ConnectionString => _settings;

    private bool IsFull => Volatile.Read(ref _out) >= _size;

    protected override DbConnection CreateDbConnection() => New(Presented());

    protected override DbConnection OpenDbConnection() => OpenDbConnectionAsync().AsTask().GetAwaiter().GetResult();

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        if (!await _turn.WaitAsync(_patience, cancellationToken).ConfigureAwait(false))
            throw new PoolTimeoutException(IsFull);
        try
        {
            return await OpenInTurnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        End();
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            End();
        base.Dispose(disposing);
    }

    private async Task<DbConnection> OpenInTurnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var presented = Presented();
            var connection = New(presented);
            try
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return connection;
            }
            catch (Exception e)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                if (Meaning(e, presented) is { } meaning)
                    throw meaning;
                if (e is not ObjectDisposedException)
                    throw;
            }
        }
    }

    private SqlConnection New(SqlCredential presented)
    {
        var connection = new SqlConnection(_settings, presented);
        connection.StateChange += Count;
        return connection;
    }

    private SqlCredential Presented()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var refusal = _refusal;
            _refusal = null;
            if (gate.IsClosed)
                Erase_NeedsLock();
            else if (refusal is not null)
                throw new ConnectionFailedException(refusal);
            else if (_isErased)
                Renew_NeedsLock();
            return _presented;
        }
    }

    // Null when there is nothing to add to it, or when it only says that the password was erased: whoever asks again is told why.
    private Exception? Meaning(Exception e, SqlCredential presented)
    {
        switch (e)
        {
            case ObjectDisposedException:
                return gate.IsClosed ? new LoginClosedException() : null;
            case InvalidOperationException:
                return new PoolTimeoutException(IsFull);
            case SqlException reason:
                var failed = new ConnectionFailedException(reason);
                if (SqlServerFailure.Of(failed) is DatabaseFailure.CredentialRefused)
                    Refused(presented, reason);
                return failed;
            default:
                return null;
        }
    }

    private void Refused(SqlCredential presented, SqlException reason)
    {
        lock (_lock)
        {
            // A gate that never closes has nobody behind it who would open it again.
            if (_isDisposed || presented != _presented || gate == LoginGate.AlwaysOpen)
                return;
            Erase_NeedsLock();
            _refusal = reason;
        }
    }

    private void Erase_NeedsLock()
    {
        _presented.Password.Dispose();
        _isErased = true;
    }

    private void Renew_NeedsLock()
    {
        Forget_NeedsLock();
        _presented = SqlServerLogin.Of(login);
        _isErased = false;
    }

    private void End()
    {
        lock (_lock)
        {
            if (!_isDisposed)
                Forget_NeedsLock();
            _isDisposed = true;
        }
    }

    // What is idle is closed now, and what is out when it comes back.
    private void Forget_NeedsLock()
    {
        using (var key = new SqlConnection(_settings, _presented))
            SqlConnection.ClearPool(key);
        _presented.Password.Dispose();
    }

    private void Count(object sender, StateChangeEventArgs e)
    {
        if (e.CurrentState is ConnectionState.Open && e.OriginalState is not ConnectionState.Open)
            Interlocked.Increment(ref _out);
        else if (e.CurrentState is ConnectionState.Closed && e.OriginalState is ConnectionState.Open)
            Interlocked.Decrement(ref _out);
    }
}
