using System.Collections.Concurrent;

namespace Rekey.Azure.Tests.Identity;

/// <summary>Remembers what it was told.</summary>
internal sealed class LearnedSecrets : ISecretRegistry
{
    private readonly ConcurrentQueue<(string Credential, string Field, string Value)> _all = new();

    public bool Knows(Secret value) => _all.Any(one => one.Value == value.Reveal());

    public void Register(string credential, string field, Secret value) => _all.Enqueue((credential, field, value.Reveal()));
}
