namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>
/// SqlClient blocks threads of the common pool while it waits for a login: one for each session that was lost, for as long as the server
/// keeps silent. The pool grows by two threads a second, and what everybody else does would wait for them.
/// </summary>
internal static class SqlServerThreads
{
    private const int Enough = 64;

    public static void Reserve()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, Enough), ports); // they are made when they are needed
    }
}
