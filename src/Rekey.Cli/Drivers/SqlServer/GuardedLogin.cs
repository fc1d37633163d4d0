using Microsoft.Data.SqlClient;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>
/// The login of one pool, behind its gate. SqlClient has no hook before a login; therefore the password itself is erased when it is
/// refused and while the gate is closed. The pool still hands out what is open, and a login that it tries has nothing to present.
/// </summary>
internal sealed class GuardedLogin(DatabaseCredential login, LoginGate gate, Action<SqlCredential> forget) : IDisposable
{
    private readonly Lock _lock = new();
    private SqlCredential _presented = SqlServerLogin.Of(login);
    private SqlException? _refusal; // for who comes before the gate closes because of it
    private bool _isErased;
    private bool _isDisposed;

    /// <summary>What a connection is opened with: part of what tells the pool.</summary>
    public SqlCredential Presented()
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

    /// <summary>The server has refused it: whoever queues behind does not present it again.</summary>
    public void Refused(SqlCredential presented, SqlException reason)
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

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_isDisposed)
                Forget_NeedsLock();
            _isDisposed = true;
        }
    }

    private void Renew_NeedsLock()
    {
        Forget_NeedsLock();
        _presented = SqlServerLogin.Of(login);
        _isErased = false;
    }

    private void Erase_NeedsLock()
    {
        _presented.Password.Dispose();
        _isErased = true;
    }

    private void Forget_NeedsLock()
    {
        forget(_presented);
        _presented.Password.Dispose();
    }
}
