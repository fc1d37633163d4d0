using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Azure;

/// <summary>What a vault keeps: names, each with versions.</summary>
public sealed class KeyVaultSecrets(string host)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Version>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<Version>> _deleted = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes the next version, and says its id.</summary>
    public string Put(string name, Secret value, DateTimeOffset? expires = null)
    {
        lock (_gate)
        {
            if (!_names.TryGetValue(name, out var versions))
                _names[name] = versions = [];
            versions.Add(new Version(Guid.NewGuid().ToString("N"), value, expires));
            return versions[^1].Id;
        }
    }

    /// <summary>Disables or enables the newest version.</summary>
    public void Enable(string name, bool enabled)
    {
        lock (_gate)
            _names[name][^1].IsEnabled = enabled;
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            if (_names.Remove(name, out var versions))
                _deleted[name] = versions;
        }
    }

    public void Recover(string name)
    {
        lock (_gate)
        {
            if (_deleted.Remove(name, out var versions))
                _names[name] = versions;
        }
    }

    internal HttpReply Read(string name, string version)
    {
        lock (_gate)
        {
            var found = _names.GetValueOrDefault(name)?.FindLast(one => version.Length == 0 || one.Id == version);
            return found switch
            {
                null => KeyVaultReplies.Failure(404, "SecretNotFound", $"A secret with (name/id) {name}/{version} was not found in this key vault."),
                { IsEnabled: false } => KeyVaultReplies.Failure(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled"),
                _ => new HttpReply(200, Rendered(name, found).ToJsonString()),
            };
        }
    }

    private JsonObject Rendered(string name, Version version)
    {
        var attributes = new JsonObject
        {
            ["enabled"] = true,
            ["created"] = 1700000000,
            ["updated"] = 1700000000,
            ["recoveryLevel"] = "Recoverable+Purgeable",
            ["recoverableDays"] = 90,
        };
        if (version.Expires is { } end)
            attributes["exp"] = end.ToUnixTimeSeconds();
        return new JsonObject { ["value"] = version.Value.Reveal(), ["id"] = $"https://{host}/secrets/{name}/{version.Id}", ["attributes"] = attributes };
    }

    private sealed class Version(string id, Secret value, DateTimeOffset? expires)
    {
        public string Id => id;

        public Secret Value => value;

        public DateTimeOffset? Expires => expires;

        public bool IsEnabled { get; set; } = true;
    }
}
