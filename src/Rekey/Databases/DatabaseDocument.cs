namespace Rekey.Databases;

/// <summary>Reads the fields of a database secret as Secrets Manager, Vault and people write them. Surplus fields are ignored.</summary>
internal static class DatabaseDocument
{
    public static DatabaseContent Read(SecretDocument document, DatabaseProblems problems)
    {
        var parts = new DatabaseParts
        {
            Engine = problems.Engine(document.HoldsText("engine") ? document.Field("engine")?.Reveal() : Text("engine")),
            Host = Text("host"),
            Port = problems.Port(document.Field("port")?.Reveal()),
            Database = Text("database") ?? Text("dbname", "database"),
            UserName = Text("username") ?? Text("user", "username"),
            Encrypt = problems.Encrypt(document.Field("encrypt")?.Reveal()),
        };
        return new DatabaseContent(parts, new Secret(Text("password") ?? string.Empty));

        string? Text(string name, string? meant = null)
        {
            if (document.Field(name) is not { IsEmpty: false } value)
                return null;
            if (document.HoldsText(name))
                return value.Reveal();
            problems.Add(meant ?? name, "not a text");
            return null;
        }
    }
}
