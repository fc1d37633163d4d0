using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rekey.Cli.Configuration;
using Rekey.Databases;
using Rekey.Environment;

namespace Rekey.Cli.Composition;

/// <summary>What credentials are built with.</summary>
internal sealed record CredentialParts
{
    public required IEnvironment Environment { get; init; }

    public required ISecretRegistry Secrets { get; init; }

    public required IDatabaseDriver Driver { get; init; }

    public required ILogger Logger { get; init; }

    public required TimeProvider Time { get; init; }

    public RefreshPolicy Policy { get; init; } = new();
}

/// <summary>The credentials of a configuration, built and not yet fetched. Disposing it ends them, children before their parents.</summary>
internal sealed class CredentialSet : IAsyncDisposable
{
    private readonly CredentialRegistry _everything = new();
    private readonly ConcurrentQueue<BuiltCredential> _built = new();

    private CredentialSet(IReadOnlyList<BuiltCredential> built, CredentialParts parts)
    {
        foreach (var one in built)
            TryAdd(one);
        foreach (var one in built)
        {
            if (one is { IsHidden: false, Credential: ManagedCredential<SecretDocument> document })
                document.Attach(new FieldCredentials(document, parts, field => TryAdd(new BuiltCredential(field, one.Depth + 1))));
        }
        Refresher = new CredentialRefresher(_everything, parts.Time, parts.Logger);
    }

    /// <summary>Those that the operator named: what tools and commands see.</summary>
    public CredentialRegistry Configured { get; } = new();

    public IEnumerable<ManagedCredential<DatabaseCredential>> Databases =>
        Configured.All.OfType<ManagedCredential<DatabaseCredential>>();

    /// <summary>Keeps all of them alive, the shared documents included.</summary>
    public CredentialRefresher Refresher { get; }

    public static CredentialSet Of(RekeyConfiguration configuration, CredentialParts parts) =>
        new(new CredentialBuilder(configuration, parts).Build(), parts);

    private bool TryAdd(BuiltCredential one)
    {
        if (!_everything.TryAdd(one.Credential))
            return false;
        _built.Enqueue(one);
        if (!one.IsHidden)
            Configured.Add(one.Credential);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var generation in _built.GroupBy(static one => one.Depth).OrderByDescending(static group => group.Key))
            await Task.WhenAll(generation.Select(static one => one.Credential.DisposeAsync().AsTask())).ConfigureAwait(false);
    }
}

/// <summary>A credential and its place.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Depth">How many others it stands on, one upon the other.</param>
/// <param name="IsHidden">Whether it is a document that several credentials share, and not one of the operator's.</param>
internal sealed record BuiltCredential(ManagedCredential Credential, int Depth, bool IsHidden = false);
