using Rekey.Cli.Configuration;
using Rekey.Cli.Stores;
using Rekey.OAuth;
using Rekey.Slack;

namespace Rekey.Cli.Composition;

/// <summary>Makes the sources of sessions that are refreshed by using them, over one store and one client for HTTP, made when a session needs them.</summary>
internal sealed class SessionSources : IDisposable
{
    private readonly CredentialParts _parts;
    private readonly RekeyConfiguration _configuration;
    private readonly Lazy<HttpClient> _http = new(BoundedHttp.CreateClient);
    private readonly Lazy<ICredentialStore> _store;

    public SessionSources(RekeyConfiguration configuration, DocumentSources documents, CredentialParts parts)
    {
        (_configuration, _parts) = (configuration, parts);
        _store = new Lazy<ICredentialStore>(() => new FileCredentialStore(new FileStoreOptions
        {
            Folder = StoreLocation.Find(configuration, parts.Environment, parts.IsWindows),
            Key = configuration.Store.Key is { } key ? new StoreKey(new KeyReading(documents, key).ReadAsync) : null,
            Secrets = parts.Secrets,
            Logger = parts.Logger,
            Time = parts.Time,
        }));
    }

    /// <summary>Carries the calls of everything here, and of whatever else needs them.</summary>
    public HttpClient Http => _http.Value;

    /// <summary>Where sessions are kept and how they are protected; null while nothing needs a store.</summary>
    public string? StoreDescription => _store.IsValueCreated ? _store.Value.Description : null;

    public SessionSource<SlackCredential> Slack(CredentialConfiguration credential, CredentialSource<SecretDocument> configured)
    {
        var slack = credential.Slack!;
        var authority = new SlackAuthority(new SlackOptions
        {
            Credential = credential.Name,
            Workspace = slack.Workspace,
            Address = slack.Address,
            ClientId = slack.ClientId,
            RefreshInterval = slack.RefreshInterval,
            IsScheduled = slack.IsScheduled,
            Http = Http,
            Secrets = _parts.Secrets,
            Logger = _parts.Logger,
            Time = _parts.Time,
        });
        return new SessionSource<SlackCredential>(Options(credential, authority, _store.Value, configured) with
        {
            Import = slack.Import is { } path ? cancellationToken => ImportAsync(credential, path, cancellationToken) : null,
        });
    }

    public SessionSource<OAuthCredential> OAuth(CredentialConfiguration credential, CredentialSource<SecretDocument>? configured)
    {
        var oauth = credential.OAuth!;
        var authority = new OAuthAuthority(oauth.Options(credential.Name, Http) with
        {
            Secrets = _parts.Secrets,
            Logger = _parts.Logger,
            Time = _parts.Time,
        });
        // A client that acts for itself can begin again at any time: there is nothing to keep.
        var store = oauth.Grant is OAuthGrant.ClientCredentials ? new MemoryCredentialStore() : _store.Value;
        return new SessionSource<OAuthCredential>(Options(credential, authority, store, configured));
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
            _http.Value.Dispose();
    }

    private SessionSourceOptions<TCredential> Options<TCredential>(
        CredentialConfiguration credential, SessionAuthority<TCredential> authority, ICredentialStore store, CredentialSource<SecretDocument>? configured)
        where TCredential : class, ICredential => new()
        {
            Credential = credential.Name,
            Authority = authority,
            Store = store,
            Configured = configured,
            Secrets = _parts.Secrets,
            Events = _parts.Events,
            Logger = _parts.Logger,
            Time = _parts.Time,
        };

    private async ValueTask<SessionRecord?> ImportAsync(CredentialConfiguration credential, string path, CancellationToken cancellationToken)
    {
        var file = ConfiguredPath.Of(path, _configuration.Folder, _parts.Environment);
        if (await SlackServerFile.ReadAsync(file, credential.Name, _parts.Secrets, cancellationToken).ConfigureAwait(false) is not { } session)
            return null;
        if (SlackWorkspace.TryRead(session.Workspace, out var workspace) && workspace == credential.Slack!.Workspace)
            return session.Record;
        CliLog.ImportOfAnotherWorkspace(_parts.Logger, credential.Name, file);
        return null;
    }

    /// <summary>Reads the key of the store where its reference says.</summary>
    private sealed class KeyReading(DocumentSources documents, References.SecretReference reference)
    {
        public async ValueTask<Secret> ReadAsync(CancellationToken cancellationToken)
        {
            var source = documents.Open(reference.WithoutField());
            var answer = await source.FetchAsync(new FetchRequest<SecretDocument>(RefreshTrigger.Demand, null), cancellationToken).ConfigureAwait(false);
            return SecretValueReader.Read(answer.Credential, reference.Field, reference.Text).Value;
        }
    }
}
