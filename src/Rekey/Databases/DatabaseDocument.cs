namespace Rekey.Databases;

/// <summary>Reads the fields of a database secret as Secrets Manager, Vault and people write them. Surplus fields are ignored.</summary>
internal static class DatabaseDocument
{
    public static DatabaseContent Read(IReadOnlyDictionary<string, Secret> fields, DatabaseProblems problems)
    {
        Secret? Field(string name) => fields.TryGetValue(name, out var value) ? value : null;
        string? Text(string name) => Field(name) is { IsEmpty: false } value ? value.Reveal() : null;

        var parts = new DatabaseParts
        {
            Engine = problems.Engine(Field("engine")?.Reveal()),
            Host = Text("host"),
            Port = problems.Port(Field("port")?.Reveal()),
            Database = Text("database") ?? Text("dbname"),
            UserName = Text("username") ?? Text("user"),
            Encrypt = problems.Encrypt(Field("encrypt")?.Reveal()),
        };
        return new DatabaseContent(parts, Field("password") ?? default);
    }
}
