using System.Data.Common;
using Npgsql;

namespace Rekey.Cli.Drivers.Postgres;

/// <summary>
/// Encrypted where the server can; the first connection decides, and nothing falls back afterwards. Npgsql's own way to prefer
/// encryption presents a password that was refused a second time, in the clear: that locks accounts twice as fast.
/// </summary>
internal sealed class PreferEncryptedDataSource(NpgsqlDataSource encrypted, NpgsqlDataSource plain) : DbDataSource
{
    private volatile NpgsqlDataSource? _chosen;

    public override string ConnectionString => Likely.ConnectionString;

    private NpgsqlDataSource Likely => _chosen ?? encrypted;

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        if (_chosen is { } chosen)
            return await chosen.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var connection = await encrypted.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            _chosen = encrypted;
            return connection;
        }
        catch (NpgsqlException e) when (MayLackEncryption(e) && _chosen != encrypted)
        {
            var connection = await plain.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            _chosen ??= plain;
            return connection;
        }
    }

    protected override DbConnection OpenDbConnection() => OpenDbConnectionAsync().AsTask().GetAwaiter().GetResult();

    protected override DbConnection CreateDbConnection() => Likely.CreateConnection();

    protected override async ValueTask DisposeAsyncCore()
    {
        await encrypted.DisposeAsync().ConfigureAwait(false);
        await plain.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            encrypted.Dispose();
            plain.Dispose();
        }
        base.Dispose(disposing);
    }

    // The server's "no" comes before the login and carries no code: it is neither an answer of PostgreSQL nor a failure beneath.
    private static bool MayLackEncryption(NpgsqlException e) => e is not PostgresException && e.InnerException is null;
}
