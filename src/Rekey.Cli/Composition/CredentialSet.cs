using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rekey.Aws.Sso;
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

    /// <summary>Where what happens is kept for the tools.</summary>
    public CredentialEvents Events { get; init; } = new();

    /// <summary>Whether databases and values are proved before they are used. Whoever only hides them need not log in with them.</summary>
    public bool Verifies { get; init; } = true;

    public bool IsWindows { get; init; }

    /// <summary>What every credential of this process has in common.</summary>
    public CredentialOptions<TCredential> Options<TCredential>(string name, string kind, CredentialSource<TCredential> source)
        where TCredential : class, ICredential => new()
        {
            Name = name,
            Kind = kind,
            Source = source,
            Policy = Policy,
            Events = Events,
            Secrets = Secrets,
            Logger = Logger,
            Time = Time,
        };

    /// <summary>How a human signs in to AWS, whatever a credential says; null leaves it to the credential.</summary>
    public SignInFlow? SignIn { get; init; }

    /// <summary>Opens pages for the human; null opens none.</summary>
    public IBrowser? Browser { get; init; }
}

/// <summary>The credentials of a configuration, built and not yet fetched. Disposing it ends them, children before their parents.</summary>
internal sealed class CredentialSet : IAsyncDisposable
{
    private readonly CredentialRegistry _everything = new();
    private readonly ConcurrentQueue<BuiltCredential> _built = new();

    private readonly SessionSources _sessions;
    private readonly IReadOnlyList<IDisposable> _clients;

    private CredentialSet(
        IReadOnlyList<BuiltCredential> built, AwsIdentities identities, IReadOnlyList<IDisposable> clients, SessionSources sessions, CredentialParts parts)
    {
        (Identities, _clients, _sessions, Events) = (identities, clients, sessions, parts.Events);
        foreach (var one in built)
            TryAdd(one);
        foreach (var one in built)
        {
            if (one is { HasFieldCredentials: true, Credential: ManagedCredential<SecretDocument> document })
                document.Attach(new FieldCredentials(document, parts, field => TryAdd(new BuiltCredential(field, one.Depth + 1))));
        }
        // A tool or a command may need a session that nothing stood on before.
        identities.Made = one => TryAdd(one);
        Refresher = new CredentialRefresher(_everything, parts.Time, parts.Logger);
    }

    /// <summary>The sessions of AWS among them, and those that are made later.</summary>
    public AwsIdentities Identities { get; }

    /// <summary>What happens to them.</summary>
    public CredentialEvents Events { get; }

    /// <summary>Where sessions are kept and how they are protected; null where there are none.</summary>
    public string? StoreDescription => _sessions.StoreDescription;

    /// <summary>Those that the operator named: what tools and commands see.</summary>
    public CredentialRegistry Configured { get; } = new();

    public IEnumerable<ManagedCredential<DatabaseCredential>> Databases =>
        Configured.All.OfType<ManagedCredential<DatabaseCredential>>();

    /// <summary>Keeps all of them alive, the shared documents included.</summary>
    public CredentialRefresher Refresher { get; }

    public static CredentialSet Of(RekeyConfiguration configuration, CredentialParts parts)
    {
        var identities = new AwsIdentities(parts);
        var documents = new DocumentSources(parts, identities, configuration.Folder);
        var sessions = new SessionSources(configuration, documents, parts);
        var vault = new VaultSources(configuration, documents, parts);
        var built = new CredentialBuilder(configuration, identities, documents, sessions, vault, parts).Build();
        return new CredentialSet(built, identities, [sessions, vault, documents], sessions, parts);
    }

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
        Identities.Dispose();
        foreach (var client in _clients)
            client.Dispose();
    }
}

/// <summary>A credential and its place.</summary>
/// <param name="Credential">The credential.</param>
/// <param name="Depth">How many others it stands on, one upon the other.</param>
/// <param name="IsHidden">Whether it is a document that several credentials share, and not one of the operator's.</param>
internal sealed record BuiltCredential(ManagedCredential Credential, int Depth, bool IsHidden = false)
{
    /// <summary>Whether each field of the document becomes a credential of its name.</summary>
    public bool HasFieldCredentials { get; init; }
}
