using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using Rekey.Databases;

namespace Rekey.Cli.Drivers.Postgres;

/// <summary>What an error of PostgreSQL, or of the way to it, means: by type and SQLSTATE.</summary>
internal static class PostgresFailure
{
    // The server's routine that resolves the session's own role. The code alone (42704) also stands for any unknown type or object.
    private const string ResolveOwnRole = "GetUserNameFromId";

    // idle_in_transaction_session_timeout, which Npgsql does not name
    private const string IdleInTransaction = "25P03";

    public static DatabaseFailure Of(Exception exception) => exception switch
    {
        PostgresException e => Of(e),
        NpgsqlException { InnerException: LoginClosedException or PasswordMissingException } => DatabaseFailure.CredentialRefused,
        NpgsqlException { InnerException: IOException } => DatabaseFailure.SessionEnded,
        // What Npgsql says in its own name is about the way to the server: no socket, no TLS, no answer, no PostgreSQL.
        NpgsqlException or SocketException or TimeoutException or AuthenticationException => DatabaseFailure.Unreachable,
        LoginClosedException => DatabaseFailure.CredentialRefused,
        IOException => DatabaseFailure.SessionEnded,
        _ => DatabaseFailure.Statement,
    };

    private static DatabaseFailure Of(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => DatabaseFailure.CredentialRefused,
        PostgresErrorCodes.UndefinedObject when e.Routine is ResolveOwnRole => DatabaseFailure.LoginRemoved,
        PostgresErrorCodes.InsufficientPrivilege => DatabaseFailure.PermissionDenied,
        PostgresErrorCodes.ReadOnlySqlTransaction => DatabaseFailure.ReadOnly,
        PostgresErrorCodes.QueryCanceled => DatabaseFailure.Timeout,
        PostgresErrorCodes.TooManyConnections => DatabaseFailure.TooManyConnections,
        PostgresErrorCodes.InvalidCatalogName => DatabaseFailure.UnknownDatabase,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.DatabaseDropped
            or PostgresErrorCodes.IdleSessionTimeout or IdleInTransaction => DatabaseFailure.SessionEnded,
        PostgresErrorCodes.CannotConnectNow => DatabaseFailure.Unreachable,
        _ when e.SqlState.StartsWith("08", StringComparison.Ordinal) => DatabaseFailure.Unreachable,
        _ => DatabaseFailure.Statement,
    };
}
