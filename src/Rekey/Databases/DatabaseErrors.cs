namespace Rekey.Databases;

/// <summary>Failures around a database that are not the lifecycle's own.</summary>
public static class DatabaseErrors
{
    /// <summary>The login works and the database does not exist.</summary>
    public static CredentialError UnknownDatabase(string database) => new(
        "DATABASE_NOT_FOUND", $"The server has no database '{database}'.", Retryable: false,
        "Correct the database in the secret or in the configuration.")
    { Kind = FailureKind.Refused };

    /// <summary>The login works and may not enter the database.</summary>
    public static CredentialError AccessDenied(string database) => new(
        "DATABASE_ACCESS_DENIED", $"The login may not enter the database '{database}'.", Retryable: false,
        "Grant the login the right to connect, or correct the database in the secret or in the configuration.")
    { Kind = FailureKind.Refused };
}
