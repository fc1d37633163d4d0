using System.Diagnostics.CodeAnalysis;

namespace Rekey.Vault;

/// <summary>What a mount of Vault does with a path.</summary>
public enum VaultEngine
{
    /// <summary>Keeps fields: version 1 of the key-value engine.</summary>
    Kv1,

    /// <summary>Keeps versions of fields: version 2 of the key-value engine.</summary>
    Kv2,

    /// <summary>Makes a login for each reading, and takes it away at its end.</summary>
    Database,

    /// <summary>Keeps one login and changes its password from time to time.</summary>
    Static,

    /// <summary>Something else that can be read; its answer says whether it is a lease.</summary>
    Other,
}

/// <summary>The names by which operators call the engines.</summary>
public static class VaultEngines
{
    /// <summary>All that can be named.</summary>
    public static IReadOnlyList<string> Names { get; } = ["kv1", "kv2", "database", "static"];

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out VaultEngine? engine)
    {
        engine = name switch
        {
            "kv1" => VaultEngine.Kv1,
            "kv2" => VaultEngine.Kv2,
            "database" => VaultEngine.Database,
            "static" => VaultEngine.Static,
            _ => null,
        };
        return engine is not null;
    }
}
