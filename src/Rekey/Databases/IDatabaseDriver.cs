using System.Data.Common;

namespace Rekey.Databases;

/// <summary>What Rekey needs of a database engine: a pool, an unpooled login, a classification of its errors, a read-only boundary.</summary>
public interface IDatabaseDriver
{
    /// <summary>The engine's name in a credential.</summary>
    string Engine { get; }

    /// <summary>
    /// Builds the pool of one generation. It must not recycle connections by age, unless hours old, because an old pool has to last
    /// through a rotation window; and it presents no password while the gate is closed, although what is open stays in use.
    /// </summary>
    DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate);

    /// <summary>Opens one connection outside every pool, to prove the credential.</summary>
    ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken);

    /// <summary>Says what an exception of this engine means, by type and code.</summary>
    DatabaseFailure Classify(Exception exception);

    /// <summary>
    /// Begins a transaction in which the engine itself refuses to write and ends a statement after <paramref name="statementTimeout"/>,
    /// or comes as near to it as the engine can. Nobody commits it.
    /// </summary>
    ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken);
}
