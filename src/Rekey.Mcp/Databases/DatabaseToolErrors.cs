using Rekey.Databases;

namespace Rekey.Mcp.Databases;

/// <summary>Failures of the database tools, one factory a code. The engine's own message is never repeated: it quotes data and names.</summary>
internal static class DatabaseToolErrors
{
    /// <summary>What an exception of the engine means to an agent.</summary>
    public static CredentialError From(DatabaseFailure failure, string? sqlState, DatabaseBinding binding) => failure switch
    {
        DatabaseFailure.CredentialRefused or DatabaseFailure.LoginRemoved => LoginRefused(binding.Name),
        DatabaseFailure.PermissionDenied => PermissionDenied(binding.Name),
        DatabaseFailure.SessionEnded => SessionEnded(binding.Name),
        DatabaseFailure.TooManyConnections => Busy(binding.Name),
        DatabaseFailure.Unreachable => Unreachable(binding.Name),
        DatabaseFailure.UnknownDatabase => DatabaseErrors.UnknownDatabase(binding.Credential.Active?.Credential.Database ?? binding.Name),
        DatabaseFailure.Timeout => Timeout(binding.Name),
        DatabaseFailure.ReadOnly => ReadOnly(binding.Name),
        _ => StatementFailed(binding.Name, sqlState),
    };

    /// <summary>The login was refused; a newer one is being fetched.</summary>
    public static CredentialError LoginRefused(string database) => new(
        "DATABASE_LOGIN_REFUSED", $"'{database}' refused the login in use. A newer secret is being fetched.", Retryable: true,
        "Call refresh_secret, then call again: it says whether there is a newer secret.");

    /// <summary>The login may not do this.</summary>
    public static CredentialError PermissionDenied(string database) => new(
        "DATABASE_PERMISSION_DENIED", $"The login of '{database}' lacks a permission for this.", Retryable: false,
        "Use what the login may read, or ask the owner of the database to grant it.");

    /// <summary>The server ended the session in the middle.</summary>
    public static CredentialError SessionEnded(string database) => new(
        "DATABASE_SESSION_ENDED", $"'{database}' ended the session before the answer was complete.", Retryable: true,
        "Call again; the query was not run a second time.");

    /// <summary>The server takes no further connection now.</summary>
    public static CredentialError Busy(string database) => new(
        "DATABASE_BUSY", $"'{database}' takes no further connection now.", Retryable: true,
        "Call again in a moment.");

    /// <summary>The server cannot be reached.</summary>
    public static CredentialError Unreachable(string database) => new(
        "DATABASE_UNREACHABLE", $"'{database}' cannot be reached.", Retryable: true,
        "Check host, port and network; a new secret does not help.");

    /// <summary>The statement took too long and was ended.</summary>
    public static CredentialError Timeout(string database) => new(
        "DATABASE_TIMEOUT", $"'{database}' did not answer in time; the statement was ended.", Retryable: false,
        "Read less: filter, aggregate, or use an indexed column.");

    /// <summary>The engine refused to write.</summary>
    public static CredentialError ReadOnly(string database) => new(
        "DATABASE_READ_ONLY", $"'{database}' is read-only here, and the statement tried to change something.", Retryable: false,
        "Only reading is possible through this server.");

    /// <summary>Something about the statement itself.</summary>
    public static CredentialError StatementFailed(string database, string? sqlState) => new(
        "DATABASE_STATEMENT_FAILED", sqlState is null
            ? $"'{database}' could not run the statement."
            : $"'{database}' could not run the statement: {SqlStates.Meaning(sqlState)} (SQLSTATE {sqlState}).",
        Retryable: false, "Check names with list_tables and describe_table, and the syntax of the engine.");

    /// <summary>The text is not one reading statement.</summary>
    public static CredentialError NotReadOnly(string reason) => new(
        "SQL_NOT_READ_ONLY", $"The query was not run: {reason}.", Retryable: false,
        "Send one SELECT, or one WITH that ends in a SELECT.");

    /// <summary>The text is longer than any query that is written by hand.</summary>
    public static CredentialError TooLong(int limit) => new(
        "SQL_TOO_LONG", $"'query' is longer than {limit} bytes.", Retryable: false,
        "Join against a table instead of listing values.");

    /// <summary>There is no such table.</summary>
    public static CredentialError TableNotFound(string schema, string table) => new(
        "TABLE_NOT_FOUND", $"There is no table or view {Shown(schema)}.{Shown(table)} that this login can see.", Retryable: false,
        "Call list_tables for the names.");

    /// <summary>There is no such view.</summary>
    public static CredentialError ViewNotFound(string schema, string view) => new(
        "VIEW_NOT_FOUND", $"There is no view {Shown(schema)}.{Shown(view)} that this login can see.", Retryable: false,
        "Call list_views for the names.");

    /// <summary>There is no such procedure.</summary>
    public static CredentialError ProcedureNotFound(string schema, string procedure) => new(
        "PROCEDURE_NOT_FOUND", $"There is no procedure or function {Shown(schema)}.{Shown(procedure)} that this login can see.", Retryable: false,
        "Call list_procedures for the names.");

    /// <summary>The object exists and its source does not show.</summary>
    public static CredentialError DefinitionHidden(string schema, string name) => new(
        "DEFINITION_HIDDEN", $"The source of {Shown(schema)}.{Shown(name)} is not shown to this login.", Retryable: false,
        "Ask the owner of the database for the permission to view definitions.");

    /// <summary>The engine has no such thing.</summary>
    public static CredentialError NotSupported(string engine, string tool) => new(
        "NOT_SUPPORTED", $"{tool} has no answer for the engine '{engine}': it has no such thing.", Retryable: false,
        "Use another tool.");

    // Names come back to the agent, in one line and not at any length.
    private static string Shown(string name) => name.Length > 128 ? name[..128].ReplaceLineEndings(" ") + "…" : name.ReplaceLineEndings(" ");
}
