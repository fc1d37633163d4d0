using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Rekey;

/// <summary>The credentials of this process, by name.</summary>
public sealed class CredentialRegistry : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ManagedCredential> _credentials = new(StringComparer.Ordinal);

    /// <summary>All of them, in the order of their names.</summary>
    public IReadOnlyList<ManagedCredential> All => [.. _credentials.Values.OrderBy(static c => c.Name, StringComparer.Ordinal)];

    /// <summary>One was added.</summary>
    internal event Action<ManagedCredential>? Added;

    /// <summary>Adds one. A name is taken once.</summary>
    public void Add(ManagedCredential credential)
    {
        if (!TryAdd(credential))
            throw new ArgumentException($"There is a credential named '{credential.Name}' already.", nameof(credential));
    }

    /// <summary>Adds one, unless its name is taken.</summary>
    public bool TryAdd(ManagedCredential credential)
    {
        if (!_credentials.TryAdd(credential.Name, credential))
            return false;
        Added?.Invoke(credential);
        return true;
    }

    /// <summary>Finds one by its name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out ManagedCredential? credential) => _credentials.TryGetValue(name, out credential);

    /// <summary>Ends all of them at once; none waits for another.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_credentials.Values.Select(static c => c.DisposeAsync().AsTask())).ConfigureAwait(false);
}
