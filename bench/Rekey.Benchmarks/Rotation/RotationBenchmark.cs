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
        (string Name, Func<DemoStage, ILoad> Make)[] ways =
        [
            ("Rekey", Rotating),
            ("close, then fetch", static stage => new CloseThenFetch(stage)),
            ("end, then recreate", static stage => new EndThenRecreate(stage)),
            ("periodic password provider", static stage => new PeriodicProvider(stage)),
        ];
        Report.Header("rotation", "way", "rotations", "answered", "failed", "share", "fetches", "of them sessions the server ended");
        foreach (var kind in RotationKinds.All)
        {
            foreach (var (name, make) in ways)
                await PlayAsync(server, kind, name, make, rotations);
        }
    }

    private static async Task PlayAsync(PostgresServer server, RotationKind kind, string name, Func<DemoStage, ILoad> make, int rotations)
    {
        await using var stage = new PostgresStage(server.Admin, TimeProvider.System);
        await stage.PrepareAsync(CancellationToken.None);
        await using var load = make(stage);
        var rehearsal = new Rehearsal(stage, load, rotations, TimeProvider.System, Workers);
        await rehearsal.RunAsync(static (_, _) => { }, CancellationToken.None, [kind]);
        var figures = rehearsal.Figures;
        var share = 100.0 * figures.Failed / Math.Max(1, figures.Answered + figures.Failed);
        Report.Row(kind.Describe(), name, rotations, figures.Answered, figures.Failed, $"{share:F2} %", stage.Store.Fetches, figures.Of(nameof(DatabaseFailure.SessionEnded)));
    }

    private static RotatingLoad Rotating(DemoStage stage)
    {
        var credential = new ManagedCredential<DatabaseCredential>(new CredentialOptions<DatabaseCredential>
        {
            Name = "orders",
            Kind = "database",
            Source = stage.Store,
            Verifier = DatabaseVerifier.For(stage.Driver),
            Policy = new RefreshPolicy { PaceInterval = TimeSpan.FromMilliseconds(20), PaceBurst = 100 },
        });
        return new RotatingLoad(stage.Driver, credential, new RotatingDataSource(credential, stage.Driver));
    }
}
