using System.Data.Common;
using Rekey.Cli.Demo;
using Rekey.Databases;

namespace Rekey.Cli.Tests.Load;

/// <summary>Short reads, long queries and transactions straight on a rotating data source.</summary>
internal sealed class RotatingLoad(IDatabaseDriver driver, ManagedCredential<DatabaseCredential> credential, RotatingDataSource source) : ILoad
{
    public Task BeginAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<string?> WorkAsync(int turn)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            await MixedWork.RunAsync(connection, turn);
            return null;
        }
        catch (CredentialException e)
        {
            return e.Error.Code;
        }
        catch (DbException e)
        {
            return driver.Classify(e).ToString();
        }
    }

    public async Task HearOfRotationAsync(CancellationToken cancellationToken) =>
        await credential.RefreshAsync(RefreshTrigger.Rotation, cancellationToken);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

/// <summary>What an application does with a connection: mostly short reads, now and then a long query or a transaction.</summary>
internal static class MixedWork
{
    public static async Task RunAsync(DbConnection connection, int turn)
    {
        if (turn % 50 == 7)
            await QueryAsync(connection, "select pg_sleep(0.4)", null);
        else if (turn % 20 == 3)
            await TransactAsync(connection);
        else
            await QueryAsync(connection, "select id, total from rekey_demo.orders where id = 7", null);
    }

    private static async Task TransactAsync(DbConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        for (var i = 0; i < 4; i++)
            await QueryAsync(connection, "select count(*), pg_sleep(0.02) from rekey_demo.orders", transaction);
        await transaction.CommitAsync();
    }

    private static async Task QueryAsync(DbConnection connection, string sql, DbTransaction? transaction)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            _ = reader.GetValue(0);
    }
}
