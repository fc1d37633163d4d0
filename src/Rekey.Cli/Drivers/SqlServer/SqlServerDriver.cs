using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.SqlClient;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>SQL Server, through Microsoft.Data.SqlClient.</summary>
public sealed class SqlServerDriver(int maxPoolSize = 16) : IDatabaseDriver
{
    private const int ConnectSeconds = 5;
    private const int CommandSeconds = 120;

    // After about ten hours the server checks the login of a session again when it is taken from a pool, and ends it if the password
    // has changed since. No rotation takes as long: an old pool loses no connection by this that it would not lose anyway.
    private const int LifetimeSeconds = 8 * 3600;

    /// <inheritdoc/>
    public string Engine => "sqlserver";

    /// <inheritdoc/>
    public DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate) =>
        new SqlServerDataSource(Settings(credential, isPooled: true), credential, gate);

    /// <inheritdoc/>
    public async ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken)
    {
        var login = SqlServerLogin.Of(credential);
        using var password = login.Password; // asked for at the login and never again
        var connection = new SqlConnection(Settings(credential, isPooled: false).ConnectionString, login);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (e is SqlException reason)
                throw new ConnectionFailedException(reason);
            throw;
        }
    }

    /// <inheritdoc/>
    public DatabaseFailure Classify(Exception exception) => SqlServerFailure.Of(exception);

    /// <summary>
    /// Begins a transaction that nobody commits: the engine has none that refuses to write, so what is written is taken back. A login
    /// that may only read is the boundary here, and the transaction the second line.
    /// </summary>
    public async ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        try
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            // Any error takes everything back, a wait for a lock ends in time, and in a deadlock the reader gives way.
            command.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"set xact_abort on; set implicit_transactions off; set deadlock_priority low; set lock_timeout {Milliseconds(statementTimeout)}");
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static int Milliseconds(TimeSpan timeout) => (int)Math.Clamp(timeout.TotalMilliseconds, 1, int.MaxValue);

    private SqlConnectionStringBuilder Settings(DatabaseCredential credential, bool isPooled) => new SqlConnectionStringBuilder
    {
        // With the protocol before it a host is a host, and no pipe, no instance to be looked up and no local file.
        DataSource = string.Create(CultureInfo.InvariantCulture, $"tcp:{credential.Host},{(credential.Port == 0 ? 1433 : credential.Port)}"),
        InitialCatalog = credential.Database,
        Encrypt = credential.Encrypt is false ? SqlConnectionEncryptOption.Optional : SqlConnectionEncryptOption.Mandatory,
        TrustServerCertificate = credential.TrustServerCertificate ?? false,
        ApplicationIntent = ApplicationIntent.ReadOnly,
        ApplicationName = "rekey",
        ConnectTimeout = ConnectSeconds,
        CommandTimeout = CommandSeconds,
        Pooling = isPooled,
        MaxPoolSize = maxPoolSize,
        LoadBalanceTimeout = LifetimeSeconds,
        // Otherwise one refused login would stop a pool for five seconds and more, although the next could succeed.
        PoolBlockingPeriod = PoolBlockingPeriod.NeverBlock,
        // A lost session is the caller's to hear of; SqlClient would present the password again on its own, past the gate.
        ConnectRetryCount = 0,
        Enlist = false,
        PersistSecurityInfo = false,
    };
}
