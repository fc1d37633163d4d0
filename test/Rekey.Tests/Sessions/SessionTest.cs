using Rekey.Testing;
using Rekey.Testing.Sessions;

namespace Rekey.Tests.Sessions;

/// <summary>A session before a scripted authority and a scripted store, under a manual clock; several processes are several credentials.</summary>
public abstract class SessionTest : LeakCheckedTest
{
    private readonly List<ManagedCredential> _made = [];

    protected SessionTest()
    {
        Time = new ManualTimeProvider();
        The = new ScriptedSessionAuthority(Time, isSingleUse: false) { Interval = TimeSpan.FromDays(7) };
    }

    protected ManualTimeProvider Time { get; }

    protected ScriptedSessionAuthority The { get; set; }

    protected ScriptedStore Store { get; } = new();

    protected CredentialEvents Events { get; } = new();

    /// <summary>What the operator has configured.</summary>
    protected SecretDocument? Configured { get; set; }

    protected Func<CancellationToken, ValueTask<SessionRecord?>>? Import { get; set; }

    protected SecretDocument NewSession() => The.Begin(Plant);

    protected ManagedCredential<SecretDocument> Make(ISecretRegistry? secrets = null)
    {
        var source = new SessionSource<SecretDocument>(new SessionSourceOptions<SecretDocument>
        {
            Credential = "slack",
            Authority = The,
            Store = Store,
            Configured = new ConfiguredValues(this),
            Import = Import,
            Secrets = secrets ?? new Planting(this),
            Events = Events,
            Logger = Logger,
            Time = Time,
            Random = new Random(7),
        });
        var credential = new ManagedCredential<SecretDocument>(new CredentialOptions<SecretDocument>
        {
            Name = "slack",
            Kind = "slack",
            Source = source,
            Verifier = The.CanVerify ? source.VerifyAsync : null,
            Policy = new RefreshPolicy().ForSessions(),
            Secrets = secrets ?? new Planting(this),
            Events = Events,
            Logger = Logger,
            Time = Time,
            Random = new Random(7),
        });
        _made.Add(credential);
        return credential;
    }

    protected async Task<RefreshResult> Refresh(ManagedCredential credential, RefreshTrigger trigger = RefreshTrigger.Manual) =>
        await Until.Done(credential.RefreshAsync(trigger), Time, TimeSpan.FromMilliseconds(250));

    protected async Task<Lease<SecretDocument>> Get(ManagedCredential<SecretDocument> credential) =>
        await Until.Done(credential.GetAsync().AsTask(), Time, TimeSpan.FromMilliseconds(250));

    protected async Task<CredentialError> Fails(ManagedCredential credential, RefreshTrigger trigger = RefreshTrigger.Manual)
    {
        var error = Assert.IsType<RefreshResult.Failed>(await Refresh(credential, trigger)).Error;
        Observe(error.ToString());
        return error;
    }

    protected static string Token(Lease<SecretDocument> lease) => lease.Credential.Field("token")!.Value.Reveal();

    protected static string Token(SecretDocument document) => document.Field("token")!.Value.Reveal();

    public override async ValueTask DisposeAsync()
    {
        foreach (var credential in _made)
        {
            Observe(credential.Status.ToString());
            await Until.Done(credential.DisposeAsync().AsTask(), Time, TimeSpan.FromSeconds(1));
        }
        foreach (var one in Events.Latest(null, int.MaxValue))
            Observe(one.ToString());
        await base.DisposeAsync();
    }

    /// <summary>What the operator configured, as it is now.</summary>
    private sealed class ConfiguredValues(SessionTest test) : CredentialSource<SecretDocument>
    {
        public override string Reference => "env://SESSION";

        public override ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken) =>
            test.Configured is { } document
                ? new(new SourceAnswer<SecretDocument>(document))
                : throw new CredentialException(CredentialErrors.SourceUnavailable(Reference, "it is not set"));
    }

    // Whatever is registered is a secret that must not be seen.
    private sealed class Planting(SessionTest test) : ISecretRegistry
    {
        public void Register(string credential, string field, Secret value) => test.Plant(value.Reveal());
    }
}
