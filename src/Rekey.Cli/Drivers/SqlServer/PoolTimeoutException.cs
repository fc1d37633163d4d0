using System.Data.Common;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>The pool had no connection to give in time: it is full, or the opens before this one still wait for the server.</summary>
internal sealed class PoolTimeoutException(bool isFull) : DbException("The pool had no connection to give in time.")
{
    public bool IsFull => isFull;
}
