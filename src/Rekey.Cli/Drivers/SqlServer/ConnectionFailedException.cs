using System.Data.Common;
using Microsoft.Data.SqlClient;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>No connection could be opened. A number alone does not tell: a socket that refuses and one that breaks later have the same.</summary>
internal sealed class ConnectionFailedException(SqlException reason) : DbException("No connection could be opened.", reason)
{
    public SqlException Reason => reason;
}
