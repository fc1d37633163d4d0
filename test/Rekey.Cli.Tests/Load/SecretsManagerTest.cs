using System.Data.Common;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Load;

/// <summary>The server that these tests rotate one after the other, so that none slows another down.</summary>
public sealed class RotatedPostgres : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync(maxConnections: 200);

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class RotatedPostgresGroup : ICollectionFixture<RotatedPostgres>
{
    public const string Name = "rotations of AWS Secrets Manager";
}

/// <summary>
/// The whole way with nothing scripted between: sixteen workers on a real PostgreSQL, a pool that follows the credential, the source that
/// signs its requests, and a rotation function that changes the database and the secret, each when a test says so.
/// </summary>
public abstract class SecretsManagerTest(RotatedPostgres postgres) : LeakCheckedTest
{
    private const int WorkerCount = 16;

    private readonly CancellationTokenSource _stop = new();
    private Task _refreshing = Task.CompletedTask;

    private protected SecretsManagerStage The { get; private set; } = null!;

    private protected Workers Workers { get; private set; } = null!;

    protected ManagedCredential<DatabaseCredential> Credential { get; private set; } = null!;

    protected RotatingDataSource Source { get; private set; } = null!;

    /// <summary>
    /// Rotations come days apart and here within a second: requests are hardly paced, and what nobody announces is noticed at the next
    /// poll, a quarter of a second later instead of five minutes.
    /// </summary>
    protected static RefreshPolicy Quick { get; } =
        new() { PollInterval = TimeSpan.FromMilliseconds(250), PaceInterval = TimeSpan.FromMilliseconds(20), PaceBurst = 100 };

    protected async Task PrepareAsync(bool alternatesUsers = false) =>
        The = await SecretsManagerStage.PrepareAsync(postgres.Server, alternatesUsers, minted => Plant(minted));

    /// <summary>Sixteen workers begin, and with them the loop that keeps credentials alive.</summary>
    protected async Task BeginAsync(RefreshPolicy policy)
    {
        Start(policy);
        await Workers.MoreAsync(100);
    }

    /// <summary>The same without waiting for the first answers.</summary>
    protected void Start(RefreshPolicy policy)
    {
        Credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = The.Open(),
            Verifier = DatabaseVerifier.For(The.Driver),
            Policy = policy,
            Logger = Logger,
        });
        Source = new RotatingDataSource(Credential, The.Driver, logger: Logger);
        var registry = new CredentialRegistry();
        registry.Add(Credential);
        _refreshing = new CredentialRefresher(registry, TimeProvider.System, Logger).RunAsync(_stop.Token);
        Workers = new Workers(new RotatingLoad(The.Driver, Credential, Source), WorkerCount);
    }

    /// <summary>The event that a rotation is over.</summary>
    protected Task<RefreshResult> HearOfRotationAsync() => Credential.RefreshAsync(RefreshTrigger.Rotation);

    /// <summary>Takes connections and keeps them until this lease is no longer in use: sooner or later a login is needed, and refused.</summary>
    protected Task CrowdUntilSucceededAsync(Lease<DatabaseCredential> lease) => HoldAsync(_ => Credential.Active == lease);

    /// <summary>Takes more connections at once than the workers leave, so that some of them need a login of their own.</summary>
    protected Task CrowdAsync() => HoldAsync(static held => held < 24);

    /// <summary>What the class is about.</summary>
    protected void AssertNothingFailed() =>
        Assert.True(Workers.Figures.Failed == 0, $"{Workers.Figures.Failed} of {Workers.Figures.Answered} failed: {Workers.Figures.Codes}");

    public override async ValueTask DisposeAsync()
    {
        if (Workers is not null)
        {
            await Workers.DisposeAsync();
            await _stop.CancelAsync();
            await _refreshing;
            Observe(Credential.Status.ToString());
            await Source.DisposeAsync();
            await Credential.DisposeAsync();
            // Every generation drains and every lease ends.
            await Until.True(() => Credential.Status.Issued == Credential.Status.Ended && Source.Generations == 0);
        }
        if (The is not null)
            await The.DisposeAsync();
        _stop.Dispose();
        await base.DisposeAsync();
    }

    private async Task HoldAsync(Func<int, bool> more)
    {
        var held = new List<DbConnection>();
        while (more(held.Count))
            held.Add(await Source.OpenConnectionAsync());
        foreach (var connection in held)
            await connection.DisposeAsync();
    }
}
