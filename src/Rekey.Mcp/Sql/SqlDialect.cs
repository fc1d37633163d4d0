namespace Rekey.Mcp.Sql;

/// <summary>How the SQL of an engine is cut into words and statements.</summary>
public enum SqlDialect
{
    /// <summary>As PostgreSQL has it: brackets are for arrays, and a semicolon stands between statements.</summary>
    Standard,

    /// <summary>The same, but brackets are quotes of names.</summary>
    Bracketed,

    /// <summary>Transact-SQL: brackets are quotes of names, and nothing need stand between statements.</summary>
    Transact,
}
