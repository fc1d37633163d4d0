namespace Rekey.Databases;

/// <summary>
/// Reads a database URL. People paste passwords raw, so everything up to the last <c>@</c> is the login: a <c>/</c>, <c>?</c>,
/// <c>#</c>, <c>:</c> or <c>@</c> in a password needs no encoding; an <c>@</c> behind the host does.
/// </summary>
internal static class DatabaseUrl
{
    /// <summary>Reads <paramref name="text"/> if it begins as a database URL does, of whatever engine.</summary>
    public static DatabaseContent? Read(string text, DatabaseProblems problems)
    {
        var colon = text.IndexOf(':');
        var scheme = colon > 0 ? text[..colon] : string.Empty;
        var rest = text[(colon + 1)..];
        if (scheme.Equals(DatabaseEngines.Sqlite, StringComparison.OrdinalIgnoreCase))
            return ReadFile(rest, problems);
        var isEngine = scheme.ToLowerInvariant() is "postgres" or "postgresql" or "sqlserver" or "mssql" || DatabaseEngines.Foreign(scheme) is not null;
        if (!isEngine || !rest.StartsWith("//", StringComparison.Ordinal))
            return null;
        return problems.Engine(scheme) is { } engine ? ReadServer(engine, rest[2..], problems) : DatabaseContent.Unreadable;
    }

    private static DatabaseContent ReadServer(string engine, string rest, DatabaseProblems problems)
    {
        var at = rest.LastIndexOf('@');
        var (user, password) = Cut(rest[..Math.Max(at, 0)], ':');
        var (place, query) = Cut(rest[(at + 1)..], '?');
        var (authority, path) = Cut(place, '/');
        var (host, port) = HostAndPort(authority);
        var options = OptionsOf(query);
        var parts = new DatabaseParts
        {
            Engine = engine,
            Host = Decode("host", host, problems),
            Port = problems.Port(port),
            Database = Decode("database", path is null or "" ? options.GetValueOrDefault("database") : path, problems),
            UserName = Decode("username", user, problems),
            Encrypt = problems.Encrypt(options.GetValueOrDefault("encrypt")) ?? EncryptOf(options.GetValueOrDefault("sslmode"), problems),
        };
        return new DatabaseContent(parts, new Secret(Decode("password", password, problems) ?? string.Empty)) { HasNoPassword = password is null };
    }

    // sqlite:relative.db, sqlite:/absolute.db, sqlite://./relative.db, sqlite:///absolute.db; a fourth slash changes nothing.
    private static DatabaseContent ReadFile(string rest, DatabaseProblems problems)
    {
        var path = Cut(rest, '?').Before;
        if (path.StartsWith("//", StringComparison.Ordinal))
            path = path[2..];
        if (path.StartsWith('/'))
            path = '/' + path.TrimStart('/');
        if (path.Length > 2 && path[0] == '/' && char.IsAsciiLetter(path[1]) && path[2] == ':')
            path = path[1..];
        return new DatabaseContent(new DatabaseParts { Engine = DatabaseEngines.Sqlite, Database = Decode("database", path, problems) }, default);
    }

    private static (string Host, string? Port) HostAndPort(string authority)
    {
        if (authority.StartsWith('[') && authority.IndexOf(']') is > 0 and var end)
            return (authority[1..end], authority.Length > end + 1 ? authority[(end + 1)..].TrimStart(':') : null);
        return Cut(authority, ':');
    }

    private static Dictionary<string, string> OptionsOf(string? query)
    {
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var option in (query ?? string.Empty).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(option, '=');
            options[name] = value ?? string.Empty;
        }
        return options;
    }

    private static bool? EncryptOf(string? sslMode, DatabaseProblems problems)
    {
        switch (sslMode?.ToLowerInvariant())
        {
            case null or "allow" or "prefer":
                return null;
            case "disable":
                return false;
            case "require":
                return true;
            case "verify-ca" or "verify-full":
                // Taking it for "require" would silently promise less than was asked for.
                problems.Add("sslmode", "certificates are not verified in this version; 'require' encrypts without verifying");
                return null;
            default:
                problems.Add("sslmode", "not a known mode");
                return null;
        }
    }

    private static string? Decode(string field, string? encoded, DatabaseProblems problems)
    {
        if (string.IsNullOrEmpty(encoded))
            return null;
        if (!PercentEncoding.TryDecode(encoded, out var decoded))
            problems.Add(field, "has a '%' that encodes nothing; a '%' itself is written %25");
        return decoded;
    }

    private static (string Before, string? After) Cut(string text, char at) =>
        text.IndexOf(at) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, null);
}
