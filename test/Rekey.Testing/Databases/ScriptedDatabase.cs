using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Rekey.Databases;

namespace Rekey.Testing.Databases;

/// <summary>A database made of accounts and sessions, with a real pool before it: what pooling and drivers do, without a server.</summary>
public sealed class ScriptedDatabase : IDatabaseDriver
{
    private readonly ConcurrentDictionary<string, string> _accounts = new();
    private int _sessions;

    public string Engine => "scripted";

    /// <summary>How many sessions the server holds at most.</summary>
    public int Capacity { get; set; } = int.MaxValue;

    /// <summary>Logins that reached the server and were refused.</summary>
    public ConcurrentQueue<string> RefusedLogins { get; } = new();

    public ConcurrentQueue<ScriptedPool> Pools { get; } = new();

    public int Sessions => Volatile.Read(ref _sessions);

    public bool IsDown { get; set; }

    /// <summary>Runs inside each login, before the server decides: a slow network.</summary>
    public Action? OnLogin { get; set; }

    public void SetPassword(string user, string password) => _accounts[user] = password;

    public void DropUser(string user) => _accounts.TryRemove(user, out _);

    public DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate)
    {
        var pool = new ScriptedPool(this, credential, gate);
        Pools.Enqueue(pool);
        return pool;
    }

    public ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken)
    {
        var connection = new ScriptedConnection(() => Login(credential), Logout) { Login = credential };
        connection.Open();
        return new(connection);
    }

    public DatabaseFailure Classify(Exception exception) => (exception as ScriptedDbException)?.Failure ?? DatabaseFailure.Statement;

    public ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    internal void Login(DatabaseCredential credential)
    {
        OnLogin?.Invoke();
        if (IsDown)
            throw new ScriptedDbException(DatabaseFailure.Unreachable);
        if (!_accounts.TryGetValue(credential.UserName, out var password) || password != credential.Password.Reveal())
        {
            RefusedLogins.Enqueue(credential.UserName);
            throw new ScriptedDbException(DatabaseFailure.CredentialRefused);
        }
        if (Interlocked.Increment(ref _sessions) > Capacity)
        {
            Logout();
            throw new ScriptedDbException(DatabaseFailure.TooManyConnections);
        }
    }

    internal void Logout() => Interlocked.Decrement(ref _sessions);
}

public sealed class ScriptedDbException(DatabaseFailure failure) : DbException(failure.ToString())
{
    public DatabaseFailure Failure => failure;
}

/// <summary>Keeps sessions and hands them out again, as a driver's pool does.</summary>
public sealed class ScriptedPool(ScriptedDatabase database, DatabaseCredential credential, LoginGate gate) : DbDataSource
{
    private readonly ConcurrentBag<object> _idle = [];
    private int _disposals;

    public DatabaseCredential Credential => credential;

    public bool IsDisposed => Volatile.Read(ref _disposals) > 0;

    public int Disposals => Volatile.Read(ref _disposals);

    public int Idle => _idle.Count;

    public override string ConnectionString => string.Empty;

    protected override DbConnection CreateDbConnection() => new ScriptedConnection(Rent, Return) { Login = credential };

    protected override void Dispose(bool disposing)
    {
        Interlocked.Increment(ref _disposals);
        while (_idle.TryTake(out _))
            database.Logout();
        base.Dispose(disposing);
    }

    private void Rent()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_idle.TryTake(out _))
            return;
        gate.ThrowIfClosed();
        database.Login(credential);
    }

    private void Return()
    {
        if (IsDisposed)
            database.Logout();
        else
            _idle.Add(this);
    }
}

public sealed class ScriptedConnection(Action open, Action close) : DbConnection
{
    private ConnectionState _state;

    /// <summary>What it logs in with; null for one that nobody logs in with.</summary>
    public DatabaseCredential? Login { get; init; }

    [AllowNull]
    public override string ConnectionString { get; set; } = string.Empty;

    public override string Database => string.Empty;

    public override string DataSource => string.Empty;

    public override string ServerVersion => string.Empty;

    public override ConnectionState State => _state;

    public override void Open()
    {
        open();
        _state = ConnectionState.Open;
        OnStateChange(new(ConnectionState.Closed, ConnectionState.Open));
    }

    public override void Close()
    {
        if (_state is ConnectionState.Closed)
            return;
        _state = ConnectionState.Closed;
        close();
        OnStateChange(new(ConnectionState.Open, ConnectionState.Closed));
    }

    public override void ChangeDatabase(string databaseName)
    {
    }

    protected override void Dispose(bool disposing)
    {
        Close();
        base.Dispose(disposing);
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new ScriptedCommand();
}

public sealed class ScriptedCommand : DbCommand
{
    [AllowNull]
    public override string CommandText { get; set; } = string.Empty;

    public override int CommandTimeout { get; set; }

    public override CommandType CommandType { get; set; }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get; set; }

    protected override DbParameterCollection DbParameterCollection => throw new NotSupportedException();

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel()
    {
    }

    public override int ExecuteNonQuery() => 0;

    public override object? ExecuteScalar() => 1;

    public override void Prepare()
    {
    }

    protected override DbParameter CreateDbParameter() => throw new NotSupportedException();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException();
}
