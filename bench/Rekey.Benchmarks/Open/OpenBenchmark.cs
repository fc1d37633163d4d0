using System.Data.Common;
using Rekey.Cli.Drivers.Postgres;
using Rekey.Databases;
using Rekey.Testing.Postgres;

namespace Rekey.Benchmarks.Open;

/// <summary>Open, <c>select 1</c>, close: a bare data source of the driver against a rotating one on the same server.</summary>
internal static class OpenBenchmark
{
    private const int Rounds = 60;
    private const int Batch = 300;

    public static async Task RunAsync()
    {
        await using var server = await PostgresServer.StartAsync();
        var login = server.Admin;
        var driver = new PostgresDriver();
        await using var bare = driver.CreateDataSource(login, LoginGate.AlwaysOpen);
        await using var credential = new ManagedCredential<DatabaseCredential>(
            new CredentialOptions<DatabaseCredential> { Name = "bench", Kind = "database", Source = new Constant(login), Verifier = DatabaseVerifier.For(driver) });
        await using var rotating = new RotatingDataSource(credential, driver);

        var figures = new Interleaved(["bare data source", "rotating data source"]);
        for (var round = -5; round < Rounds; round++)
        {
            var pair = new[] { await BatchAsync(bare), await BatchAsync(rotating) };
            if (round < 0)
                continue; // warming up
            figures.Add(0, pair[0]);
            figures.Add(1, pair[1]);
        }
        figures.Print("µs", "open + select 1 + close");
    }

    private static async Task<double> BatchAsync(DbDataSource source)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Batch; i++)
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "select 1";
            await command.ExecuteScalarAsync();
        }
        return TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / Batch;
    }

    private sealed class Constant(DatabaseCredential login) : CredentialSource<DatabaseCredential>
    {
        public override string Reference => "bench://constant";

        public override ValueTask<SourceAnswer<DatabaseCredential>> FetchAsync(FetchRequest<DatabaseCredential> request, CancellationToken cancellationToken) =>
            new(new SourceAnswer<DatabaseCredential>(login));
    }
}
