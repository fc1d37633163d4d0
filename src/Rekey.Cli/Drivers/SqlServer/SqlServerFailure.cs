using Microsoft.Data.SqlClient;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.SqlServer;

/// <summary>What an error of SQL Server, or of the way to it, means: by type, number and class.</summary>
internal static class SqlServerFailure
{
    // From this class on the server, or the way to it, has ended the session.
    private const int Fatal = 20;

    public static DatabaseFailure Of(Exception exception) => exception switch
    {
        ConnectionFailedException e => OfOpening(e.Reason),
        SqlException e => Of(e),
        PoolTimeoutException { IsFull: true } => DatabaseFailure.TooManyConnections,
        PoolTimeoutException => DatabaseFailure.Unreachable,
        LoginClosedException => DatabaseFailure.CredentialRefused,
        _ => DatabaseFailure.Statement,
    };

    // While a connection is opened there is no statement, and what is not about the login is about the way to the server.
    private static DatabaseFailure OfOpening(SqlException e) => Of(e) switch
    {
        DatabaseFailure.Statement or DatabaseFailure.Timeout or DatabaseFailure.SessionEnded => DatabaseFailure.Unreachable,
        var known => known,
    };

    // A login with a wrong database ends in two errors, the second of which says no more than that it was refused.
    private static DatabaseFailure Of(SqlException e) => e.Errors.Cast<SqlError>()
        .Select(static error => Of(error.Number))
        .FirstOrDefault(static failure => failure is not DatabaseFailure.Statement, e.Class >= Fatal ? DatabaseFailure.SessionEnded : DatabaseFailure.Statement);

    private static DatabaseFailure Of(int number) => number switch
    {
        // wrong or unknown; disabled, locked, expired, to be changed first
        18456 or 18470 or 18486 or 18487 or 18488 => DatabaseFailure.CredentialRefused,
        // it does not exist, or this login may not enter it: the server does not tell which
        4060 => DatabaseFailure.UnknownDatabase,
        229 or 230 or 262 or 297 or 300 or 371 or 916 or 10011 or 15247 => DatabaseFailure.PermissionDenied,
        // the server's own limit, and those of Azure
        17809 or 10928 or 10929 or 10936 or 40501 or 49918 or 49919 or 49920 => DatabaseFailure.TooManyConnections,
        // of SqlClient, and of a wait for a lock
        -2 or 1222 => DatabaseFailure.Timeout,
        3906 or 3908 => DatabaseFailure.ReadOnly,
        // killed, shutting down, and the ways in which a socket breaks
        596 or 6005 or 64 or 121 or 233 or 10053 or 10054 => DatabaseFailure.SessionEnded,
        _ => DatabaseFailure.Statement,
    };
}
