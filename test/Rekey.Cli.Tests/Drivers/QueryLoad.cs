using System.Collections.Concurrent;
using System.Data.Common;

namespace Rekey.Cli.Tests.Drivers;

/// <summary>Workers that open a connection, ask and give it back, over and over, and keep what failed.</summary>
internal sealed class QueryLoad : IAsyncDisposable
{
    private readonly DbDataSource _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Task> _workers = new();
    private readonly string _sql;
    private int _answers;

    public QueryLoad(DbDataSource source, int workers, string sql = "select pg_sleep(0.002)")
    {
        _source = source;
        _sql = sql;
        Add(workers);
    }

    public ConcurrentQueue<Exception> FailedOpens { get; } = new();

    public ConcurrentQueue<Exception> FailedQueries { get; } = new();

    public int Answers => Volatile.Read(ref _answers);

    public void Add(int workers)
    {
        for (var i = 0; i < workers; i++)
            _workers.Enqueue(Task.Run(WorkAsync));
    }

    /// <summary>Waits until so many more answers have come.</summary>
    public async Task MoreAsync(int answers)
    {
        var wanted = Answers + answers;
        await Testing.Until.True(() => Answers >= wanted || !FailedOpens.IsEmpty);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            DbConnection connection;
            try
            {
                connection = await _source.OpenConnectionAsync();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                FailedOpens.Enqueue(e);
                continue;
            }
            await using (connection)
                await AskAsync(connection);
        }
    }

    private async Task AskAsync(DbConnection connection)
    {
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = _sql;
            await command.ExecuteNonQueryAsync();
            Interlocked.Increment(ref _answers);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            FailedQueries.Enqueue(e);
        }
    }
}
