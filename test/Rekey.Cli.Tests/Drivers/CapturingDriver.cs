using System.Collections.Concurrent;
using System.Data.Common;
using Rekey.Databases;

namespace Rekey.Cli.Tests.Drivers;

/// <summary>Passes everything on to a real driver and shows the pools it built.</summary>
internal sealed class CapturingDriver(IDatabaseDriver inner) : IDatabaseDriver
{
    public ConcurrentQueue<DbDataSource> Pools { get; } = new();

    public string Engine => inner.Engine;

    public DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate)
    {
        var pool = inner.CreateDataSource(credential, gate);
        Pools.Enqueue(pool);
        return pool;
    }

    public ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken) =>
        inner.OpenUnpooledAsync(credential, cancellationToken);

    public DatabaseFailure Classify(Exception exception) => inner.Classify(exception);

    public ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken) =>
        inner.BeginReadOnlyAsync(connection, statementTimeout, cancellationToken);
}
