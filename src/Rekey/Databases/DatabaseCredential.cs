namespace Rekey.Databases;

/// <summary>A login at one database.</summary>
public sealed record DatabaseCredential : ICredential
{
    /// <summary>The engine: <c>postgres</c>, <c>sqlite</c>, <c>sqlserver</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>The host; empty where the engine has none.</summary>
    public string Host { get; init; } = string.Empty;

    /// <summary>The port; zero where the engine has none.</summary>
    public int Port { get; init; }

    /// <summary>The database, or the path of its file.</summary>
    public required string Database { get; init; }

    /// <summary>The user; empty where the engine knows none.</summary>
    public string UserName { get; init; } = string.Empty;

    /// <summary>The password.</summary>
    public Secret Password { get; init; }

    /// <summary>Whether the connection must be encrypted; null leaves it to the driver.</summary>
    public bool? Encrypt { get; init; }

    /// <summary>Whether any certificate of the server is taken; null leaves it to the driver.</summary>
    public bool? TrustServerCertificate { get; init; }

    /// <inheritdoc/>
    public SecretDocument Document => SecretDocument.FromFields(Fields());

    private IEnumerable<KeyValuePair<string, Secret>> Fields()
    {
        yield return Field("engine", Engine);
        yield return Field("host", Host);
        yield return Field("port", Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return Field("database", Database);
        yield return Field("username", UserName);
        if (Encrypt is { } encrypt)
            yield return Field("encrypt", encrypt ? "true" : "false");
        if (Password.IsEmpty)
            yield break;
        yield return new("password", Password);
        yield return new("url", new Secret(
            $"{Engine}://{Uri.EscapeDataString(UserName)}:{Uri.EscapeDataString(Password.Reveal())}@{Host}:{Port}/{Uri.EscapeDataString(Database)}"));
    }

    private static KeyValuePair<string, Secret> Field(string name, string value) => new(name, new Secret(value));
}
