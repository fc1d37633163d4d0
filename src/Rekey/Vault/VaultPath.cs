using System.Text.Json;

namespace Rekey.Vault;

/// <summary>Where a secret is in Vault's interface, and what answers there.</summary>
/// <param name="Engine">What answers.</param>
/// <param name="Api">The path to read, without the version of the interface.</param>
internal sealed record VaultPath(VaultEngine Engine, string Api)
{
    private const string Data = "/data/";

    /// <summary>Whether the text is a path that says what it means: names between single slashes, and none that means another place.</summary>
    public static bool IsPath(string text) =>
        text.Split('/').All(static name => name is not ("" or "." or "..")) && !text.Any(char.IsControl);

    /// <summary>
    /// The path as the operator wrote it, read by the engine that the operator named. The mount is then its first name, unless the path
    /// is that of the interface already, as it stands in policies.
    /// </summary>
    public static VaultPath Of(string written, VaultEngine engine) =>
        engine is VaultEngine.Kv2 && !written.Contains(Data, StringComparison.Ordinal)
            ? OfMount(written, written.Split('/')[0], engine)
            : new VaultPath(engine, written);

    /// <summary>The same by what Vault says of the mount; null when it says nothing that can be understood.</summary>
    public static VaultPath? Of(string written, JsonElement mount)
    {
        if (mount.Text("path")?.Trim('/') is not { } root || mount.Text("type") is not { } type || !written.StartsWith(root + "/", StringComparison.Ordinal))
            return null;
        var isSecond = mount.Member("options")?.Text("version") == "2";
        var engine = type switch
        {
            "kv" when isSecond => VaultEngine.Kv2,
            "kv" or "generic" => VaultEngine.Kv1,
            "database" => written.StartsWith(root + "/static-creds/", StringComparison.Ordinal) ? VaultEngine.Static : VaultEngine.Database,
            _ => VaultEngine.Other,
        };
        return OfMount(written, root, engine);
    }

    private static VaultPath OfMount(string written, string root, VaultEngine engine) =>
        new(engine, engine is VaultEngine.Kv2 ? root + Data + written[Math.Min(root.Length + 1, written.Length)..] : written);
}
