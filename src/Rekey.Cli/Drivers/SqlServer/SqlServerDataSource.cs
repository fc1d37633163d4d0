using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>
/// The pool of one generation. SqlClient keeps a pool for each pair of settings and credential object, so each generation has its own.
/// It has no hook before a login. Therefore the password itself is erased while the gate is closed: the pool still hands out what is
/// open, and a login that it tries has nothing to present.
/// </summary>
internal sealed class SqlServerDataSource(SqlConnectionStringBuilder settings, DatabaseCredential login, LoginGate gate) : DbDataSource
{
    private readonly string _settings = settings.ConnectionString;
    private readonly int _size = settings.MaxPoolSize;
    private readonly Lock _lock = new();
    private SqlCredential _presented = SqlServerLogin.Of(login);
    private bool _isErased;
    private bool _isDisposed;
    private int _out;

    public override string ConnectionString => _settings;

    protected override DbConnection CreateDbConnection()
    {
        var connection = new SqlConnection(_settings, Presented());
        connection.StateChange += Count;
        return connection;
    }

    protected override DbConnection OpenDbConnection() => OpenDbConnectionAsync().AsTask().GetAwaiter().GetResult();

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var connection = CreateDbConnection();
            try
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                return connection;
            }
            catch (Exception e)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                switch (e)
                {
                    case ObjectDisposedException:
                        gate.ThrowIfClosed();
                        break; // the gate has opened again, and there is a password again
                    case InvalidOperationException:
                        throw new PoolTimeoutException(Volatile.Read(ref _out) >= _size);
                    case SqlException reason:
                        throw new ConnectionFailedException(reason);
                    default:
                        throw;
                }
            }
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

    private SqlCredential Presented()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (gate.IsClosed && !_isErased)
            {
                _presented.Password.Dispose();
                _isErased = true;
            }
            else if (_isErased && !gate.IsClosed)
            {
                Forget_NeedsLock();
                _presented = SqlServerLogin.Of(login);
                _isErased = false;
            }
            return _presented;
        }
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
