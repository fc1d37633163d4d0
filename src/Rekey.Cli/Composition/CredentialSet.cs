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
    private readonly IReadOnlyList<BuiltCredential> _built;

    private CredentialSet(IReadOnlyList<BuiltCredential> built, CredentialParts parts)
    {
        _built = built;
        foreach (var one in built)
        {
            _everything.Add(one.Credential);
            if (!one.IsHidden)
                Configured.Add(one.Credential);
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
