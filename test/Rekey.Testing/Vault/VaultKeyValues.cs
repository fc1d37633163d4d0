using System.Text.Json.Nodes;
using Rekey.Testing.Http;

namespace Rekey.Testing.Vault;

/// <summary>The key-value engine: version 1 at <c>kv1/</c>, version 2 at <c>secret/</c>.</summary>
public sealed class VaultKeyValues(Func<DateTimeOffset> now)
{
    private const long DefaultLease = 2764800;

    private readonly Dictionary<string, JsonObject> _first = [];
    private readonly Dictionary<string, List<Version>> _second = [];

    /// <summary>Writes fields without a version.</summary>
    public void Put1(string name, JsonObject fields) => _first[name] = fields;

    /// <summary>Writes the next version, and says its number.</summary>
    public int Put(string name, JsonObject fields)
    {
        if (!_second.TryGetValue(name, out var versions))
            _second[name] = versions = [];
        versions.Add(new Version(fields, now()));
        return versions.Count;
    }

    /// <summary>Deletes the newest version, so that it can come back.</summary>
    public void Delete(string name) => Newest(name).Deleted = now();

    public void Undelete(string name) => Newest(name).Deleted = null;

    /// <summary>Removes the newest version for ever.</summary>
    public void Destroy(string name) => Newest(name).IsDestroyed = true;

    /// <summary>Removes the name with everything that ever was under it.</summary>
    public void Forget(string name) => _second.Remove(name);

    internal HttpReply Read1(string name) => _first.TryGetValue(name, out var fields)
        ? VaultReplies.Secret(fields.DeepClone(), duration: DefaultLease)
        : throw new VaultException(404);

    internal HttpReply Read(string name)
    {
        if (!_second.TryGetValue(name, out var versions))
            throw new VaultException(404);
        var version = versions[^1];
        var isGone = version.IsDestroyed || version.Deleted is not null;
        var data = new JsonObject
        {
            ["data"] = isGone ? null : version.Fields.DeepClone(),
            ["metadata"] = new JsonObject
            {
                ["created_time"] = VaultReplies.Time(version.Created),
                ["custom_metadata"] = null,
                ["deletion_time"] = version.Deleted is { } at ? VaultReplies.Time(at) : "",
                ["destroyed"] = version.IsDestroyed,
                ["version"] = versions.Count,
            },
        };
        return VaultReplies.Secret(data, isGone ? 404 : 200);
    }

    private Version Newest(string name) => _second[name][^1];

    private sealed class Version(JsonObject fields, DateTimeOffset created)
    {
        public JsonObject Fields => fields;

        public DateTimeOffset Created => created;

        public DateTimeOffset? Deleted { get; set; }

        public bool IsDestroyed { get; set; }
    }
}
