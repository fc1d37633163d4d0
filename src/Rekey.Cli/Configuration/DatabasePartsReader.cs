using System.Text.Json;
using Rekey.Databases;

namespace Rekey.Cli.Configuration;

/// <summary>Reads the fixed parts of a database credential: everything but the secret.</summary>
internal sealed class DatabasePartsReader(ProblemList problems)
{
    private static readonly string[] Secrets = ["password", "pwd", "url", "token", "connectionString"];

    public DatabaseParts? Read(JsonElement element, string path)
    {
        var isMisplaced = element.ValueKind is JsonValueKind.Object && element.EnumerateObject().Any(static p => Secrets.Contains(p.Name));
        if (isMisplaced)
            problems.Add(path, "A password or connection URL is never written here: 'from' names where it is.");
        if (StrictObject.Read(element, path, isMisplaced ? WithSecrets : KeySet.Database, problems) is not { } parts)
            return null;
        var engine = EngineOf(parts);
        return Of(parts) with { Engine = engine };
    }

    /// <summary>What stands there about a database, but for its engine.</summary>
    public static DatabaseParts Of(StrictObject parts) => new()
    {
        Host = parts.Text("host"),
        Port = parts.Number("port", 1, 65535),
        Database = parts.Text("database"),
        UserName = parts.Text("username"),
        Encrypt = parts.Flag("encrypt"),
        TrustServerCertificate = parts.Flag("trustServerCertificate"),
    };

    private string? EngineOf(StrictObject parts)
    {
        if (parts.Text("engine") is not { } written)
            return null;
        if (DatabaseEngines.Named(written) is null)
            problems.Add(parts.PathOf("engine"), $"The engine is unknown ({string.Join(", ", Words.Engines)}).{Names.DidYouMean(written, DatabaseEngines.Names)}");
        return written;
    }

    // The one problem above is enough for those keys.
    private static KeySet WithSecrets => KeySet.Database with { Known = [.. KeySet.Database.Known, .. Secrets] };
}
