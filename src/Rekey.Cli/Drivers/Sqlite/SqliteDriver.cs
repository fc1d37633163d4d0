using System.Data.Common;
using Microsoft.Data.Sqlite;
using Rekey.Databases;
using SQLitePCL;

namespace Rekey.Cli.Drivers.Sqlite;

/// <summary>
/// SQLite: a file that is opened to be read. The engine knows no login, so a password in the credential is not used.
/// </summary>
public sealed class SqliteDriver(TimeProvider time) : IDatabaseDriver
{
    static SqliteDriver() => Batteries_V2.Init(); // found by reflection otherwise, which trimming does not see

    /// <inheritdoc/>
    public string Engine => "sqlite";

    /// <inheritdoc/>
    public DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate) => new SqliteDataSource(credential.Database, gate);

    /// <inheritdoc/>
    public async ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken)
    {
        var connection = new ReadOnlySqliteConnection(credential.Database, gate: null);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public DatabaseFailure Classify(Exception exception) => exception switch
    {
        SqliteException e => Of(e.SqliteErrorCode),
        SqliteFileMissingException => DatabaseFailure.UnknownDatabase,
        LoginClosedException => DatabaseFailure.CredentialRefused,
        _ => DatabaseFailure.Statement,
    };

    /// <summary>
    /// Begins a transaction whose statements end together after <paramref name="statementTimeout"/>, or when
    /// <paramref name="cancellationToken"/> says so: a statement of this engine runs inside the call and hears of nothing else.
    /// </summary>
    public ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var transaction = ((SqliteConnection)connection).BeginTransaction(deferred: true); // the other kind wants the right to write
        StatementLimit.Set(transaction, statementTimeout, time, cancellationToken);
        return new(transaction);
    }

    private static DatabaseFailure Of(int code) => code switch
    {
        raw.SQLITE_READONLY => DatabaseFailure.ReadOnly,
        raw.SQLITE_INTERRUPT => DatabaseFailure.Timeout,
        // Somebody writes to the file right now: there is no room for us, and soon there is.
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => DatabaseFailure.TooManyConnections,
        raw.SQLITE_CANTOPEN or raw.SQLITE_IOERR => DatabaseFailure.Unreachable,
        raw.SQLITE_NOTADB => DatabaseFailure.UnknownDatabase,
        raw.SQLITE_PERM or raw.SQLITE_AUTH => DatabaseFailure.PermissionDenied,
        _ => DatabaseFailure.Statement,
    };
}
