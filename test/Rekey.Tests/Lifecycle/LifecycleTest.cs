using Rekey.Testing;

namespace Rekey.Tests.Lifecycle;

/// <summary>A managed credential before a scripted authority, under a manual clock.</summary>
public abstract class LifecycleTest : LeakCheckedTest
{
    protected LifecycleTest()
    {
        Time = new ManualTimeProvider();
        The = new Authority(Time);
        The.Accept(Plant("password-1").Reveal());
    }

    protected ManualTimeProvider Time { get; }

    /// <summary>The authority of the story.</summary>
    protected Authority The { get; }

    protected RefreshPolicy Policy { get; set; } = new() { PaceBurst = 1000 };

    protected bool IsVerified { get; set; } = true;

    protected List<ManagedCredential> Made { get; } = [];

    protected ManagedCredential<SecretValue> Make(
        string name = "orders", CredentialSource<SecretValue>? source = null, ManagedCredential? parent = null, ParentBond bond = ParentBond.Access)
    {
        var credential = new ManagedCredential<SecretValue>(new CredentialOptions<SecretValue>
        {
            Name = name,
            Kind = "value",
            Source = source ?? The.Source,
            Verifier = IsVerified ? The.Verifier : null,
            Policy = Policy,
            Parent = parent,
            ParentBond = bond,
            Logger = Logger,
            Time = Time,
            Random = new Random(7),
        });
        Made.Add(credential);
        return credential;
    }

    protected string Rotate(string password)
    {
        The.Rotate(Plant(password).Reveal());
        return password;
    }

    protected static string Value(Lease<SecretValue> lease) => lease.Credential.Value.Reveal();

    /// <summary>Obtains the error of something that must fail.</summary>
    protected async Task<CredentialError> Fails(Func<Task> act)
    {
        var exception = Observe(await Assert.ThrowsAsync<CredentialException>(act));
        Observe(exception.Error.ToString());
        return exception.Error;
    }

    protected static CredentialError ErrorOf(RefreshResult result) => Assert.IsType<RefreshResult.Failed>(result).Error;

    /// <summary>Invariant 5: after every attempt a next one is set, or a terminal reason stands.</summary>
    protected static void AssertScheduled(ManagedCredential credential) =>
        Assert.True(credential.Status.NextAttemptAt is not null || credential.Status.Phase is CredentialPhase.NeedsUserAction);

    public override async ValueTask DisposeAsync()
    {
        foreach (var credential in Made)
        {
            AssertScheduled(credential);
            Observe(credential.Status.ToString());
            var ending = credential.DisposeAsync().AsTask();
            await Until.Done(ending, Time, TimeSpan.FromSeconds(1));
        }
        await base.DisposeAsync();
    }
}
