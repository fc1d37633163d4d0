using System.Data;
using System.Data.Common;

namespace Rekey.Mcp.Sql;

/// <summary>
/// A text that is sent as one statement. Where the driver has batches it is one command of a batch: a plain command would cut the
/// text at each semicolon and run all the pieces, and a COMMIT among them would end the read-only transaction.
/// </summary>
internal sealed class OneStatement : IAsyncDisposable
{
    private readonly DbBatch? _batch;
    private readonly DbCommand? _command;

    public OneStatement(DbConnection connection, DbTransaction transaction, string sql, TimeSpan limit)
    {
        var seconds = (int)limit.TotalSeconds;
        if (connection.CanCreateBatch)
        {
            _batch = connection.CreateBatch();
            (_batch.Transaction, _batch.Timeout) = (transaction, seconds);
            var command = _batch.CreateBatchCommand();
            command.CommandText = sql;
            _batch.BatchCommands.Add(command);
        }
        else
        {
            _command = connection.CreateCommand();
            (_command.Transaction, _command.CommandTimeout, _command.CommandText) = (transaction, seconds, sql);
        }
    }

    public void Add(string name, string? value)
    {
        var parameter = _batch?.BatchCommands[0].CreateParameter() ?? _command!.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = DbType.String;
        parameter.Value = value is null ? DBNull.Value : value;
        (_batch?.BatchCommands[0].Parameters ?? _command!.Parameters).Add(parameter);
    }

    public Task<DbDataReader> ExecuteAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        _batch?.ExecuteReaderAsync(behavior, cancellationToken) ?? _command!.ExecuteReaderAsync(behavior, cancellationToken);

    /// <summary>Tells the engine to stop sending.</summary>
    public void Cancel()
    {
        _batch?.Cancel();
        _command?.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        if (_batch is not null)
            await _batch.DisposeAsync().ConfigureAwait(false);
        if (_command is not null)
            await _command.DisposeAsync().ConfigureAwait(false);
    }
}
