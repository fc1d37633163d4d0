using System.Data.Common;
using Npgsql;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.Postgres;

/// <summary>PostgreSQL, through Npgsql.</summary>
public sealed class PostgresDriver(int maxPoolSize = 16) : IDatabaseDriver
{
    private const int ConnectSeconds = 5;

    // An old pool lives on its open connections while the server already refuses its password: they are kept for a long time.
    private const int IdleSeconds = 3600;

    // The server ends a statement; the client's own limit is for a server that no longer answers.
    private const int CommandSeconds = 120;

    /// <inheritdoc/>
    public string Engine => "postgres";

    /// <inheritdoc/>
    public DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate) => SourceFor(credential, gate, isPooled: true);

    /// <inheritdoc/>
    public async ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken)
    {
        var source = SourceFor(credential, gate: null, isPooled: false);
        await using (source.ConfigureAwait(false))
            return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false); // it outlives its source
    }

    /// <inheritdoc/>
    public DatabaseFailure Classify(Exception exception) => PostgresFailure.Of(exception);

    /// <inheritdoc/>
    public async ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            // BEGIN travels with this. The SELECT takes the snapshot after which nobody can switch back to READ WRITE, and it fails
            // when the role was dropped: a later query would only be denied, for the grants are gone with the role.
            command.CommandText = $"set transaction read only; set local statement_timeout = {Milliseconds(statementTimeout)}; select current_user";
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The server counts in whole milliseconds, and zero would mean no limit.
    private static int Milliseconds(TimeSpan timeout) => (int)Math.Clamp(timeout.TotalMilliseconds, 1, int.MaxValue);

    private DbDataSource SourceFor(DatabaseCredential credential, LoginGate? gate, bool isPooled)
    {
        var settings = Settings(credential);
        settings.Pooling = isPooled;
        var source = Build(settings, credential.Password, gate);
        if (credential.Encrypt is not null)
            return source;
        settings.SslMode = SslMode.Disable;
        return new PreferEncryptedDataSource(source, Build(settings, credential.Password, gate));
    }

    private NpgsqlConnectionStringBuilder Settings(DatabaseCredential credential) => new()
    {
        Host = credential.Host,
        Port = credential.Port == 0 ? NpgsqlConnection.DefaultPort : credential.Port,
        Database = credential.Database,
        Username = credential.UserName,
        SslMode = credential.Encrypt is false ? SslMode.Disable : SslMode.Require,
        GssEncryptionMode = GssEncryptionMode.Disable,
        ApplicationName = "rekey",
        Timeout = ConnectSeconds,
        CommandTimeout = CommandSeconds,
        MaxPoolSize = maxPoolSize,
        ConnectionLifetime = 0,
        ConnectionIdleLifetime = IdleSeconds,
        ArrayNullabilityMode = ArrayNullabilityMode.PerInstance,
        Enlist = false,
        PersistSecurityInfo = false,
    };

    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, Secret password, LoginGate? gate)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        EnableEveryType(builder);
        // Asked when the server wants a password: it stands in no connection string, and a closed gate ends the login before it is sent.
        builder.UsePasswordProvider(_ => Present(password, gate), (_, _) => new ValueTask<string>(Present(password, gate)));
        return builder.Build();
    }

    private static string Present(Secret password, LoginGate? gate)
    {
        gate?.ThrowIfClosed();
        return password.IsEmpty ? throw new PasswordMissingException() : password.Reveal();
    }

    // The tools read tables of which nothing is known beforehand.
    private static void EnableEveryType(NpgsqlSlimDataSourceBuilder builder) => builder
        .EnableArrays().EnableRanges().EnableMultiranges().EnableRecords().EnableFullTextSearch().EnableLTree().EnableCube()
        .EnableExtraConversions().EnableNetworkTypes().EnableGeometricTypes().EnableJsonTypes();
}
