namespace Rekey.Databases;

/// <summary>The engines that Rekey knows, under their own names and those that secret stores give them.</summary>
public static class DatabaseEngines
{
    internal const string Postgres = "postgres";
    internal const string Sqlite = "sqlite";
    internal const string SqlServer = "sqlserver";

    // Named in an error only because they stand here: what else a secret calls its engine is not repeated.
    private static readonly string[] KnownToOthers =
    [
        "aurora", "aurora-mysql", "cockroachdb", "db2", "db2-ae", "db2-se", "docdb", "mariadb", "mongo", "mongodb", "mysql",
        "oracle", "oracle-ee", "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb", "redis", "redshift", "snowflake",
    ];

    /// <summary>Our own names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Postgres, Sqlite, SqlServer];

    /// <summary>Our name for an engine; null when it is not one of ours.</summary>
    public static string? Named(string name) => name.ToLowerInvariant() switch
    {
        "postgres" or "postgresql" or "aurora-postgresql" => Postgres,
        "sqlserver" or "mssql" => SqlServer,
        "sqlserver-ee" or "sqlserver-se" or "sqlserver-ex" or "sqlserver-web" or "sqlserver-dev-ee" => SqlServer,
        "custom-sqlserver-ee" or "custom-sqlserver-se" or "custom-sqlserver-web" or "custom-sqlserver-dev" => SqlServer,
        "sqlite" or "sqlite3" => Sqlite,
        _ => null,
    };

    /// <summary>The name of an engine that others support.</summary>
    internal static string? Foreign(string name) =>
        Array.Find(KnownToOthers, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal static int PortOf(string engine) => engine switch
    {
        Postgres => 5432,
        SqlServer => 1433,
        _ => 0,
    };
}
