using System.Data.Common;
using Rekey.Databases;

namespace Rekey.Cli.Demo;

/// <summary>An engine without logins behind accounts that have them: every connection is a login, every transaction asks whether it still counts.</summary>
internal sealed class SimulatedDriver(IDatabaseDriver inner, SimulatedAccounts accounts) : IDatabaseDriver
{
    public string Engine => inner.Engine;

    public DbDataSource CreateDataSource(DatabaseCredential credential, LoginGate gate) =>
        new GuardedDataSource(inner.CreateDataSource(credential, gate), credential, gate, accounts);

    public async ValueTask<DbConnection> OpenUnpooledAsync(DatabaseCredential credential, CancellationToken cancellationToken)
    {
        accounts.Admit(credential);
        return await inner.OpenUnpooledAsync(credential, cancellationToken).ConfigureAwait(false);
    }

    public DatabaseFailure Classify(Exception exception) => (exception as SimulatedLoginException)?.Failure ?? inner.Classify(exception);

    public ValueTask<DbTransaction> BeginReadOnlyAsync(DbConnection connection, TimeSpan statementTimeout, CancellationToken cancellationToken)
    {
        accounts.RequireAlive(connection);
        return inner.BeginReadOnlyAsync(connection, statementTimeout, cancellationToken);
    }

    private sealed class GuardedDataSource(DbDataSource inner, DatabaseCredential credential, LoginGate gate, SimulatedAccounts accounts) : DbDataSource
    {
        public override string ConnectionString => string.Empty;

        protected override DbConnection CreateDbConnection() => throw new NotSupportedException("The demo opens its connections through the pool.");

        protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
        {
            gate.ThrowIfClosed();
            accounts.Admit(credential);
            var connection = await inner.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            accounts.Begin(connection, credential.UserName);
            return connection;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
