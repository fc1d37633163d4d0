namespace Microsoft.SqlServer.Server;

/// <summary>Whether code inside the server reads the data of users.</summary>
public enum DataAccessKind
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It does.</summary>
    Read,
}

/// <summary>Whether code inside the server reads the tables of the system.</summary>
public enum SystemDataAccessKind
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>It does.</summary>
    Read,
}
