using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>
/// The pool of one generation. SqlClient keeps a pool for each pair of settings and credential object, so each generation has its own.
/// It logs in one connection after the other, and for everybody who waits at it; therefore they wait here, where the gate is asked when
/// their turn comes.
/// </summary>
internal sealed class SqlServerDataSource : DbDataSource
{
    private readonly string _settings;
    private readonly int _size;
    private readonly TimeSpan _patience;
    private readonly LoginGate _gate;
    private readonly GuardedLogin _login;
    private readonly SemaphoreSlim _turn = new(1);
    private int _out;

    static SqlServerDataSource() => SqlServerThreads.Reserve();

    public SqlServerDataSource(SqlConnectionStringBuilder settings, DatabaseCredential login, LoginGate gate)
    {
        _settings = settings.ConnectionString;
        _size = settings.MaxPoolSize;
        _patience = TimeSpan.FromSeconds(settings.ConnectTimeout);
        _gate = gate;
        _login = new GuardedLogin(login, gate, Clear);
    }

    public override string ConnectionString => _settings;

    private bool IsFull => Volatile.Read(ref _out) >= _size;

    protected override DbConnection CreateDbConnection() => New(_login.Presented());

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
        _login.Dispose();
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _login.Dispose();
        base.Dispose(disposing);
    }

    private async Task<DbConnection> OpenInTurnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var presented = _login.Presented();
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

    // Null when there is nothing to add to it, or when it only says that the password was erased: whoever asks again is told why.
    private Exception? Meaning(Exception e, SqlCredential presented)
    {
        switch (e)
        {
            case ObjectDisposedException:
                return _gate.IsClosed ? new LoginClosedException() : null;
            case InvalidOperationException:
                return new PoolTimeoutException(IsFull);
            case SqlException reason:
                var failed = new ConnectionFailedException(reason);
                if (SqlServerFailure.Of(failed) is DatabaseFailure.CredentialRefused)
                    _login.Refused(presented, reason);
                return failed;
            default:
                return null;
        }
    }

    private SqlConnection New(SqlCredential presented)
    {
        var connection = new SqlConnection(_settings, presented);
        connection.StateChange += Count;
        return connection;
    }

    // What is idle is closed now, and what is out when it comes back.
    private void Clear(SqlCredential presented)
    {
        using var key = new SqlConnection(_settings, presented);
        SqlConnection.ClearPool(key);
    }

    private void Count(object sender, StateChangeEventArgs e)
    {
        if (e.CurrentState is ConnectionState.Open && e.OriginalState is not ConnectionState.Open)
            Interlocked.Increment(ref _out);
        else if (e.CurrentState is ConnectionState.Closed && e.OriginalState is ConnectionState.Open)
            Interlocked.Decrement(ref _out);
    }
}
