using System.Text.Json.Nodes;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Vault;
using Rekey.Vault;

namespace Rekey.Tests.Vault;

/// <summary>A Vault under a manual clock, a login that it knows, and what is read from it.</summary>
public abstract class VaultTest : LeakCheckedTest
{
    internal const string RoleId = "role-of-the-agent";

    private readonly List<ManagedCredential> _made = [];
    private VaultServer? _server;
    private ManagedCredential<VaultToken>? _token;

    protected VaultTest() => SecretId = Document("file:///run/secrets/secret-id", SecretIdText);

    internal ManualTimeProvider Time { get; } = new();

    internal HttpClient Http { get; } = BoundedHttp.CreateClient();

    internal SecretRedactor Secrets { get; } = new();

    /// <summary>What happened, as tools show it.</summary>
    internal CredentialEvents Events { get; } = new();

    /// <summary>Where the login reads its secret id.</summary>
    internal ScriptedDocuments SecretId { get; }

    internal string SecretIdText { get; } = "the-secret-id-of-the-agent";

    /// <summary>How tokens of the login are made.</summary>
    internal VaultTokenRole Role { get; set; } = new();

    internal RefreshPolicy Policy { get; set; } = new() { PaceBurst = 1000, ObserveWindow = TimeSpan.Zero };

    internal VaultServer Server => _server ??= new VaultServer(Time, value => Plant(value).Reveal());

    internal VaultOptions Options => new() { Address = Server.Address, Http = Http, Secrets = Secrets, Logger = Logger, Time = Time };

    internal AppRoleAuth AppRole => new() { RoleId = RoleId, SecretId = SecretId };

    /// <summary>The token of an AppRole login.</summary>
    internal ManagedCredential<VaultToken> Token => _token ??= LogIn();

    internal ManagedCredential<VaultToken> LogIn(VaultAuth? auth = null, VaultOptions? options = null, ManagedCredential? parent = null)
    {
        Server.Tokens.AddAppRole(RoleId, SecretIdText, Role);
        var source = new VaultTokenSource(options ?? Options, auth ?? AppRole);
        return Made(new ManagedCredential<VaultToken>(Of<VaultToken>("vault", source) with { Verifier = source.VerifyAsync, Parent = parent }));
    }

    internal VaultSource Source(string path, VaultEngine? engine = null, VaultOptions? options = null, string? @namespace = null) =>
        new(path, Token, options ?? Options, engine, @namespace);

    /// <summary>The secret at the path, kept alive.</summary>
    internal ManagedCredential<SecretDocument> Keep(string path, VaultEngine? engine = null, string name = "orders") =>
        Keep(Source(path, engine), name);

    internal ManagedCredential<SecretDocument> Keep(CredentialSource<SecretDocument> source, string name = "orders") =>
        Made(new ManagedCredential<SecretDocument>(Of(name, source) with { Parent = Token }));

    /// <summary>A credential that has nothing to do with Vault.</summary>
    internal ManagedCredential<SecretDocument> Alone(CredentialSource<SecretDocument> source, string name) => Made(new ManagedCredential<SecretDocument>(Of(name, source)));

    /// <summary>A source that holds one secret text.</summary>
    internal ScriptedDocuments Document(string reference, string text, TimeSpan? every = null) =>
        new(reference) { OnFetch = ScriptedDocuments.Answers(SecretDocument.FromText(Plant(text))), Every = every };

    /// <summary>A login of the path, and beside it what another source says of its host.</summary>
    internal ComposedSource WithHost(VaultSource login, CredentialSource<SecretDocument> host) => new(
        new Dictionary<string, (CredentialSource<SecretDocument>, string?)> { ["host"] = (host, null), ["username"] = (login, "username"), ["password"] = (login, "password") });

    internal static JsonObject Fields(string name, string value) => new() { [name] = value };

    internal VaultDatabaseRole AddRole(TimeSpan life, TimeSpan? longest = null, string name = "readonly") =>
        Server.Leases.Add(new VaultDatabaseRole { Name = name, TimeToLive = life, MaxTimeToLive = longest ?? TimeSpan.FromDays(30) });

    internal static string PasswordOf(Lease<SecretDocument> lease) => lease.Credential.Field("password")!.Value.Reveal();

    internal static async Task<SourceAnswer<SecretDocument>> FetchAsync(VaultSource source) =>
        await source.FetchAsync(new FetchRequest<SecretDocument>(RefreshTrigger.Demand, null), TestContext.Current.CancellationToken);

    /// <summary>The error of what must fail, after it was looked at for secrets.</summary>
    internal async Task<CredentialError> FailureAsync(Func<Task> act)
    {
        var error = Observe(await Assert.ThrowsAsync<CredentialException>(act)).Error;
        Observe($"{error} {error.NextStep}");
        return error;
    }

    internal Task<CredentialError> FailureAsync(VaultSource source) => FailureAsync(() => FetchAsync(source));

    internal bool Knows(string secret) => Secrets.Redact(secret) != secret;

    /// <summary>Lets time pass until the next thing is due, and what is then begun come to its end.</summary>
    internal async Task PassToNextAsync(ManagedCredential credential)
    {
        await IdleAsync();
        var left = Moment.Now(Time).Until(credential.NextDue!.Value, Time);
        Time.Advance(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
        credential.RunDue();
        await IdleAsync();
    }

    internal Task IdleAsync() => Until.True(() => _made.TrueForAll(static c => !c.IsRefreshing));

    private CredentialOptions<TCredential> Of<TCredential>(string name, CredentialSource<TCredential> source)
        where TCredential : class, ICredential => new()
        {
            Name = name,
            Kind = "vault",
            Source = source,
            Policy = Policy,
            Secrets = Secrets,
            Logger = Logger,
            Events = Events,
            Time = Time,
            Random = new Random(7),
        };

    private ManagedCredential<TCredential> Made<TCredential>(ManagedCredential<TCredential> credential)
        where TCredential : class, ICredential
    {
        _made.Add(credential);
        return credential;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var credential in Enumerable.Reverse(_made)) // children before what they stand on
        {
            Observe(credential.Status.ToString());
            await Until.Done(credential.DisposeAsync().AsTask());
        }
        Http.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
