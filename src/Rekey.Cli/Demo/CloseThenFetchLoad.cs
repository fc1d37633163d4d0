using System.Data.Common;
using Rekey.Databases;

namespace Rekey.Cli.Demo;

/// <summary>
/// The way that is usually written first: on a rotation close the pool, fetch the secret, build a pool again. It runs on the same
/// drivers and hears of every rotation at once.
/// </summary>
internal sealed class CloseThenFetchLoad(DemoStage stage) : ILoad
{
    private volatile DbDataSource? _pool;

    public Task BeginAsync(CancellationToken cancellationToken) => BuildAsync(cancellationToken);

    public async Task<string?> WorkAsync(int turn)
    {
        try
        {
            var pool = _pool ?? throw new InvalidOperationException("There is no pool now.");
            using var connection = await pool.OpenConnectionAsync(CancellationToken.None).ConfigureAwait(false);
            using var transaction = await stage.Driver.BeginReadOnlyAsync(connection, TimeSpan.FromSeconds(30), CancellationToken.None).ConfigureAwait(false);
            using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = stage.Queries[turn % stage.Queries.Count];
            using var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
                _ = reader.GetValue(0);
            return null;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            return e is DbException ? stage.Driver.Classify(e).ToString() : e.GetType().Name;
        }
    }

    public async Task HearOfRotationAsync(CancellationToken cancellationToken)
    {
        var old = _pool;
        _pool = null;
        if (old is not null)
            await old.DisposeAsync().ConfigureAwait(false);
        await BuildAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pool is { } pool)
            await pool.DisposeAsync().ConfigureAwait(false);
    }

    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        var answer = await stage.Store.FetchAsync(new FetchRequest<DatabaseCredential>(RefreshTrigger.Rotation, null), cancellationToken).ConfigureAwait(false);
        _pool = stage.Driver.CreateDataSource(answer.Credential, LoginGate.AlwaysOpen);
    }
}
