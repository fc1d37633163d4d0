using Rekey.Cli.Demo;
using Rekey.Databases;
using Rekey.Testing;
using Rekey.Testing.Postgres;

namespace Rekey.Cli.Tests.Load;

/// <summary>The promise, on a real server: the credential rotates under sixteen workers and no query fails because of it.</summary>
public sealed class RotationUnderLoadTests : LeakCheckedTest
{
    private const int Workers = 16;
    private const int Rotations = 60;

    private ManagedCredential<DatabaseCredential> CredentialOf(DemoStage stage) => new(new CredentialOptions<DatabaseCredential>
    {
        Name = "orders",
        Kind = "database",
        Source = stage.Store,
        Verifier = DatabaseVerifier.For(stage.Driver),
        Policy = new RefreshPolicy { PaceInterval = TimeSpan.FromMilliseconds(20), PaceBurst = 100 },
        Logger = Logger,
    });

    [Theory]
    [InlineData("PasswordChange")]
    [InlineData("AlternatingUsers")]
    [InlineData("NewRole")]
    [InlineData("SingleUserWindow")]
    public async Task No_query_fails_because_of_sixty_rotations(string kindName)
    {
        var kind = Enum.Parse<RotationKind>(kindName);
        await using var server = await PostgresServer.StartAsync(maxConnections: 200);
        await using var stage = new PostgresStage(server.Admin, TimeProvider.System);
        await stage.PrepareAsync(TestContext.Current.CancellationToken);
        Plant(stage.Planted.Reveal());
        var credential = CredentialOf(stage);
        var source = new RotatingDataSource(credential, stage.Driver, logger: Logger);
        await using var load = new RotatingLoad(stage.Driver, credential, source);

        var rehearsal = new Rehearsal(stage, load, Rotations, TimeProvider.System, Workers);
        await rehearsal.RunAsync(static (_, _) => { }, TestContext.Current.CancellationToken, [kind]);

        Assert.True(rehearsal.Figures.Failed == 0, $"{rehearsal.Figures.Failed} failed: {rehearsal.Figures.Codes}");
        Assert.True(rehearsal.Figures.Answered > Rotations * 10, $"only {rehearsal.Figures.Answered} answered");
        Assert.Equal(stage.Store.Current, credential.Active!.Credential);
        Assert.Equal(0, source.ForcedCloses);
        TestContext.Current.SendDiagnosticMessage($"{kind}: {rehearsal.Figures.Answered} answered, {stage.Store.Fetches} fetches for {Rotations} rotations");
        // One fetch a rotation, and where logins are refused ahead of the news one more that finds it.
        Assert.InRange(stage.Store.Fetches, Rotations + 1, (Rotations * 6) + 1);

        // Every generation drains and every lease ends.
        await source.DisposeAsync();
        await credential.DisposeAsync();
        await Until.True(() => credential.Status.Issued == credential.Status.Ended);
        await Until.True(() => source.Generations == 0);
    }
}
