using Rekey.Cli.Demo;
using Rekey.Cli.Tests.Load;
using Rekey.Testing.Postgres;

namespace Rekey.Benchmarks.Rotation;

/// <summary>
/// The same question about AWS Secrets Manager: the four steps of a rotation function, a window between the database's news and the
/// secret's, and in it a second shift of workers, for whom there are no connections yet.
/// </summary>
internal static class SecretsManagerBenchmark
{
    private const int WorkerCount = 16;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    public static async Task RunAsync(PostgresServer server, RotationTable table, int rotations)
    {
        (string Name, Func<SecretsManagerStage, ILoad> Make)[] ways =
        [
            ("Rekey", static stage => RotationBenchmark.Rotating(stage.Driver, stage.Open())),
            ("close, then fetch", static stage => new CloseThenFetch(RotatedLogin.Of(stage.Driver, stage.Open()))),
            ("refetch once, retry once", static stage => new RefetchOnce(RotatedLogin.Of(stage.Driver, stage.Open()))),
        ];
        foreach (var alternates in new[] { false, true })
        {
            foreach (var (name, make) in ways)
                await PlayAsync(server, table, alternates, name, make, rotations);
        }
    }

    private static async Task PlayAsync(
        PostgresServer server, RotationTable table, bool alternates, string name, Func<SecretsManagerStage, ILoad> make, int rotations)
    {
        await using var stage = await SecretsManagerStage.PrepareAsync(server, alternates);
        await using var load = make(stage);
        await load.BeginAsync(CancellationToken.None);
        var figures = new Figures();
        var began = TimeProvider.System.GetTimestamp();
        await using (new Workers(load, WorkerCount, figures))
        {
            for (var i = 0; i < rotations; i++)
            {
                await stage.Function.RotateUntilTestedAsync();
                await using (new Workers(load, WorkerCount, figures))
                    await Task.Delay(Window, TimeProvider.System);
                stage.Function.FinishSecret();
                await load.HearOfRotationAsync(CancellationToken.None);
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
        var kind = alternates ? "Secrets Manager, alternating users" : "Secrets Manager, one user";
        table.Add(kind, name, rotations, figures, TimeProvider.System.GetElapsedTime(began), stage.Server.Count("GetSecretValue"));
    }
}
