using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;
using Rekey.Cli.Drivers.Postgres;
using Rekey.Cli.Drivers.Sqlite;
using Rekey.Cli.Drivers.SqlServer;
using Rekey.Databases;
using Rekey.Mcp.Databases;

namespace Rekey.Cli.Drivers;

/// <summary>Every driver that there is, behind one: the credential says which engine it is for.</summary>
public sealed class DatabaseDrivers : IDatabaseDriver
{
    private readonly PostgresDriver _postgres = new();
    private readonly SqlServerDriver _sqlServer = new();
    private readonly SqliteDriver _sqlite;
    private readonly IDatabaseDriver[] _drivers;
    private readonly IDatabaseCatalog[] _catalogs = [new PostgresCatalog(), new SqliteCatalog(), new SqlServerCatalog()];

    /// <summary>Makes the drivers on the clocks of <paramref name="time"/>.</summary>
    public DatabaseDrivers(TimeProvider time)
    {
        _sqlite = new SqliteDriver(time);
        _drivers = [_postgres, _sqlite, _sqlServer];
    }

    /// <summary>The drivers of this process.</summary>
    public static DatabaseDrivers All { get; } = new(TimeProvider.System);

    /// <summary>The engines that there are drivers for.</summary>
    public string Engine => string.Join(", ", _drivers.Select(static d => d.Engine));

    /// <summary>The catalogue of an engine; null when there is none.</summary>
    public IDatabaseCatalog? CatalogFor(string engine) => Array.Find(_catalogs, c => c.Engine == engine);

    /// <inheritdoc/>
    public DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate) => For(credential).CreateDataSource(credential, gate);

    /// <inheritdoc/>
    public ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken) =>
        For(credential).OpenUnpooledAsync(credential, cancellationToken);

    /// <summary>Asks one driver after the other: each knows its own exceptions, and none takes another's for more than a failed statement.</summary>
    public DatabaseFailure Classify(Exception exception) =>
        _drivers.Select(d => d.Classify(exception)).FirstOrDefault(static f => f is not DatabaseFailure.Statement);

    /// <inheritdoc/>
    public ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken) =>
        For(connection).BeginReadOnlyAsync(connection, statementTimeout, cancellationToken);

    private IDatabaseDriver For(DatabaseCredential credential) =>
        Array.Find(_drivers, d => d.Engine == credential.Engine) ?? throw new CredentialException(DriverErrors.EngineNotSupported(credential.Engine, Engine));

    private IDatabaseDriver For(DbConnection connection) => connection switch
    {
        NpgsqlConnection => _postgres,
        SqliteConnection => _sqlite,
        SqlConnection => _sqlServer,
        _ => throw new ArgumentException($"No driver of ours opened a {connection.GetType().Name}.", nameof(connection)),
    };
}
