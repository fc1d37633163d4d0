using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Rekey.Cli.Drivers.Sqlite;

/// <summary>Ends the statements of one transaction when their time is over or their caller has gone: the engine asks as it works.</summary>
internal sealed class StatementLimit
{
    private const int StepsBetweenQuestions = 10_000;

    private readonly SqliteTransaction _transaction;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;
    private readonly long _began;

    private StatementLimit(SqliteTransaction transaction, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        _transaction = transaction;
        _limit = limit;
        _time = time;
        _cancellation = cancellation;
        _began = time.GetTimestamp();
    }

    /// <summary>Holds from now until the transaction ends. A connection has one limit: the next transaction brings its own.</summary>
    public static void Set(SqliteTransaction transaction, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var statements = new StatementLimit(transaction, limit, time, cancellation);
        raw.sqlite3_progress_handler(transaction.Connection!.Handle, StepsBetweenQuestions, statements.IsOver, null);
    }

    // Anything but zero ends the statement.
    private int IsOver(object state) => IsOver() ? 1 : 0;

    private bool IsOver() =>
        _transaction.Connection is not null && (_cancellation.IsCancellationRequested || _time.GetElapsedTime(_began) >= _limit);
}
