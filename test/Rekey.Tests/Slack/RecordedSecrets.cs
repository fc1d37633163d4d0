using System.Collections.Concurrent;

namespace Rekey.Tests.Slack;

/// <summary>A registry that remembers what it was told.</summary>
public sealed class RecordedSecrets : ISecretRegistry
{
    private readonly ConcurrentDictionary<string, string> _values = new();

    public bool Knows(string value) => _values.ContainsKey(value);

    public void Register(string credential, string field, Secret value)
    {
        Assert.Equal("slack", credential);
        _values[value.Reveal()] = field;
    }
}
