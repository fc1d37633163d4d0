using Rekey.Cli.Demo;
using Rekey.Cli.Tests.Load;
using Rekey.Databases;
using Rekey.Testing.Postgres;

namespace Rekey.Benchmarks.Rotation;

/// <summary>Queries that fail because a credential rotated: Rekey and the usual ways, one after the other on one real server.</summary>
internal static class RotationBenchmark
{
    private const int Workers = 16;

    public static async Task RunAsync(int rotations)
    {
        await using var server = await PostgresServer.StartAsync(maxConnections: 300);
        var table = new RotationTable();
        (string Name, Func<DemoStage, ILoad> Make)[] ways =
        [
            ("Rekey", static stage => Rotating(stage.Driver, stage.Store)),
            ("close, then fetch", static stage => new CloseThenFetch(LoginOf(stage))),
            ("end, then recreate", static stage => new EndThenRecreate(LoginOf(stage))),
            ("periodic password provider", static stage => new PeriodicProvider(LoginOf(stage))),
        ];
        foreach (var kind in RotationKinds.All)
        {
            foreach (var (name, make) in ways)
                await PlayAsync(server, table, kind, name, make, rotations);
        }
        await SecretsManagerBenchmark.RunAsync(server, table, rotations);
    }

    /// <summary>The way of Rekey.</summary>
    public static RotatingLoad Rotating(IDatabaseDriver driver, CredentialSource<DatabaseCredential> source)
    {
        var credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = source,
            Verifier = DatabaseVerifier.For(driver),
            Policy = new RefreshPolicy { PaceInterval = TimeSpan.FromMilliseconds(20), PaceBurst = 100 },
        });
        return new RotatingLoad(driver, credential, new RotatingDataSource(credential, driver));
    }

    private static RotatedLogin LoginOf(DemoStage stage) => RotatedLogin.Of(stage.Driver, stage.Store, stage.EndIssuedAsync);

    private static async Task PlayAsync(
        PostgresServer server, RotationTable table, RotationKind kind, string name, Func<DemoStage, ILoad> make, int rotations)
    {
        await using var stage = new PostgresStage(server.Admin, TimeProvider.System);
        await stage.PrepareAsync(CancellationToken.None);
        await using var load = make(stage);
        var rehearsal = new Rehearsal(stage, load, rotations, TimeProvider.System, Workers);
        var began = TimeProvider.System.GetTimestamp();
        await rehearsal.RunAsync(static (_, _) => { }, CancellationToken.None, [kind]);
        table.Add(kind.Describe(), name, rotations, rehearsal.Figures, TimeProvider.System.GetElapsedTime(began), stage.Store.Fetches);
    }
}
