using System.Collections.Frozen;
using System.Data.Common;
using Rekey.Databases;
using Rekey.Mcp.Sql;
using Rekey.Mcp.Tools;

namespace Rekey.Mcp.Databases;

/// <summary>Runs work in a transaction in which the engine refuses to write, and turns what goes wrong into our own errors. Nothing is run twice.</summary>
internal sealed class ReadOnlyDatabase(DatabaseBinding binding, ToolSetting setting)
{
    private static readonly TimeSpan StatementLimit = TimeSpan.FromSeconds(30);

    // Opening a connection may wait for a rotation; with the statement it stays below what clients wait for a call.
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(50);

    /// <summary>Why a query is not run; null when it may be.</summary>
    public async ValueTask<string?> RefusalAsync(string sql, CancellationToken cancellationToken)
    {
        var catalog = binding.CatalogFor(await EngineAsync(cancellationToken).ConfigureAwait(false));
        return ReadOnlyStatement.Refusal(sql, catalog?.WritingFunctions ?? FrozenSet<string>.Empty, catalog?.Dialect ?? SqlDialect.Standard);
    }

    /// <summary>Runs <paramref name="work"/> on a connection of its own.</summary>
    public async Task<T> ReadAsync<T>(Func<ReadOnlySession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(CallLimit, setting.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var engine = await EngineAsync(both.Token).ConfigureAwait(false);
            var connection = await binding.DataSource.OpenConnectionAsync(both.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                return await OnAsync(connection, engine, work, both.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            throw Failed(DatabaseToolErrors.Timeout(binding.Name));
        }
        catch (Exception e) when (IsOfTheEngine(e))
        {
            throw Failed(DatabaseToolErrors.From(binding.Driver.Classify(e), SqlStateOf(e), binding));
        }
    }

    private async Task<T> OnAsync<T>(
        DbConnection connection, string engine, Func<ReadOnlySession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            var transaction = await binding.Driver.BeginReadOnlyAsync(connection, StatementLimit, cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
                return await work(new ReadOnlySession(connection, transaction, engine, binding.CatalogFor(engine), StatementLimit), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfTheEngine(e) && !cancellationToken.IsCancellationRequested)
        {
            // While the connection is open: by it the pool knows which login it was.
            binding.DataSource.ReportFailure(connection, e);
            throw;
        }
    }

    // A refused login may still have open connections, and what it said about the engine holds.
    private async ValueTask<string> EngineAsync(CancellationToken cancellationToken) =>
        (binding.Credential.Active ?? await binding.Credential.GetAsync(cancellationToken).ConfigureAwait(false)).Credential.Engine;

    private string? SqlStateOf(Exception exception) =>
        exception is DbException failed && binding.Credential.Active is { } lease ? binding.CatalogFor(lease.Credential.Engine)?.SqlStateOf(failed) ?? failed.SqlState : null;

    private CredentialException Failed(CredentialError error)
    {
        ToolLog.DatabaseFailed(setting.Logger, binding.Name, error.Code);
        return new CredentialException(error);
    }

    private bool IsOfTheEngine(Exception exception) =>
        exception is DbException
        || (exception is not (CredentialException or OperationCanceledException) && binding.Driver.Classify(exception) is not DatabaseFailure.Statement);
}
