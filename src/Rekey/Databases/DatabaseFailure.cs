namespace Rekey.Databases;

/// <summary>What a database error means for the credential and for whoever asked.</summary>
public enum DatabaseFailure
{
    /// <summary>Something about the statement or the data.</summary>
    Statement,

    /// <summary>The login was refused: wrong or old password, unknown or locked user.</summary>
    CredentialRefused,

    /// <summary>The login lacks a permission.</summary>
    PermissionDenied,

    /// <summary>The login was removed while its session lived.</summary>
    LoginRemoved,

    /// <summary>The server ended the session.</summary>
    SessionEnded,

    /// <summary>The server has no room for another connection now.</summary>
    TooManyConnections,

    /// <summary>The server could not be reached.</summary>
    Unreachable,

    /// <summary>The database does not exist.</summary>
    UnknownDatabase,

    /// <summary>The statement took too long.</summary>
    Timeout,

    /// <summary>The statement tried to write where nothing may be written.</summary>
    ReadOnly,
}
