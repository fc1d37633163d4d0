namespace Rekey.Databases;

/// <summary>Reads a document as a database login: a JSON object or a URL, completed by the parts that a configuration fixes.</summary>
public static class DatabaseReader
{
    /// <summary>Throws <c>SECRET_INVALID</c> with everything that is wrong, each as <c>field: problem</c>.</summary>
    public static DatabaseCredential Read(SecretDocument document, DatabaseParts? fixedParts, string reference)
    {
        var problems = new DatabaseProblems();
        var content = ContentOf(document, problems);
        if (ReferenceEquals(content, DatabaseContent.Unreadable))
            throw Invalid(reference, problems);
        var parts = WithFixed(content.Parts, fixedParts ?? new DatabaseParts(), problems);
        // The seed of this kind of secret names no engine: it is SQL Server.
        var engine = parts.Engine ?? DatabaseEngines.SqlServer;
        var credential = engine == DatabaseEngines.Sqlite ? FileLogin(parts) : ServerLogin(engine, parts, content, problems);
        Require("database", credential.Database, problems);
        return problems.Any ? throw Invalid(reference, problems) : credential;
    }

    private static CredentialException Invalid(string reference, DatabaseProblems problems) =>
        new(CredentialErrors.SecretInvalid(reference, problems.Sentences));

    private static DatabaseContent ContentOf(SecretDocument document, DatabaseProblems problems)
    {
        if (document.IsText && DatabaseUrl.Read(document.Content.Reveal().Trim(), problems) is { } url)
            return url;
        if (document.TryGetFields(out _))
            return DatabaseDocument.Read(document, problems);
        problems.Add("content", "neither a JSON object, whole and without a field twice, nor a database URL");
        return DatabaseContent.Unreadable;
    }

    private static DatabaseParts WithFixed(DatabaseParts fetched, DatabaseParts given, DatabaseProblems problems) => new()
    {
        Engine = Pick("engine", problems.Engine(given.Engine), fetched.Engine, StringComparer.Ordinal, problems),
        Host = Pick("host", given.Host, fetched.Host, StringComparer.OrdinalIgnoreCase, problems),
        Port = Pick("port", given.Port, fetched.Port, EqualityComparer<int?>.Default, problems),
        Database = Pick("database", given.Database, fetched.Database, StringComparer.Ordinal, problems),
        UserName = Pick("username", given.UserName, fetched.UserName, StringComparer.Ordinal, problems),
        Encrypt = Pick("encrypt", given.Encrypt, fetched.Encrypt, EqualityComparer<bool?>.Default, problems),
        TrustServerCertificate = given.TrustServerCertificate, // never what was fetched: whoever writes the secret may not lower the guard
    };

    // What was fetched and differs is refused, not overruled: it may be the secret of another database.
    private static T? Pick<T>(string field, T? given, T? fetched, IEqualityComparer<T> comparer, DatabaseProblems problems)
    {
        if (given is not null && fetched is not null && !comparer.Equals(given, fetched))
            problems.Add(field, "differs from the configuration");
        return given ?? fetched;
    }

    private static DatabaseCredential FileLogin(DatabaseParts parts) => new()
    {
        Engine = DatabaseEngines.Sqlite,
        Database = parts.Database ?? string.Empty,
    };

    private static DatabaseCredential ServerLogin(string engine, DatabaseParts parts, DatabaseContent content, DatabaseProblems problems)
    {
        var host = Require("host", parts.Host, problems);
        if (host.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '"' or '@' or ',' or ';'))
            problems.Add("host", "not the name of one host");
        // Only PostgreSQL knows logins that its own rules let in without a password.
        if (content.Password.IsEmpty && !(content.HasNoPassword && engine == DatabaseEngines.Postgres))
            problems.Add("password", "missing");
        return new DatabaseCredential
        {
            Engine = engine,
            Host = host,
            Port = parts.Port ?? DatabaseEngines.PortOf(engine),
            Database = parts.Database ?? string.Empty,
            UserName = Require("username", parts.UserName, problems),
            Password = content.Password,
            Encrypt = parts.Encrypt ?? (engine == DatabaseEngines.SqlServer ? true : null),
            TrustServerCertificate = parts.TrustServerCertificate,
        };
    }

    private static string Require(string field, string? value, DatabaseProblems problems)
    {
        if (string.IsNullOrEmpty(value))
            problems.Add(field, "missing");
        return value ?? string.Empty;
    }
}
