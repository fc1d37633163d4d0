using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Rekey.Benchmarks.Get;

/// <summary>What a caller pays for a lease that is fresh: without an end, with one, and the two clock reads alone.</summary>
[MemoryDiagnoser]
public class GetBenchmark
{
    private readonly ManagedCredential<SecretValue> _forever = Make(null);
    private readonly ManagedCredential<SecretValue> _ending = Make(TimeSpan.FromHours(10));

    public static void Run() => BenchmarkRunner.Run<GetBenchmark>(
        DefaultConfig.Instance.AddJob(Job.ShortRun.WithIterationCount(10).WithToolchain(InProcessEmitToolchain.Instance)));

    [Benchmark(Baseline = true)]
    public long TwoClockReads() => TimeProvider.System.GetUtcNow().UtcTicks + TimeProvider.System.GetTimestamp();

    [Benchmark]
    public ValueTask<Lease<SecretValue>> WithoutEnd() => _forever.GetAsync();

    [Benchmark]
    public ValueTask<Lease<SecretValue>> WithEnd() => _ending.GetAsync();

    private static ManagedCredential<SecretValue> Make(TimeSpan? life)
    {
        var credential = new ManagedCredential<SecretValue>(
            new CredentialOptions<SecretValue> { Name = "bench", Kind = "value", Source = new Constant(life) });
        credential.GetAsync().AsTask().GetAwaiter().GetResult();
        return credential;
    }

    private sealed class Constant(TimeSpan? life) : CredentialSource<SecretValue>
    {
        public override string Reference => "bench://constant";

        public override ValueTask<SourceAnswer<SecretValue>> FetchAsync(FetchRequest<SecretValue> request, CancellationToken cancellationToken) =>
            new(new SourceAnswer<SecretValue>(new SecretValue(new Secret("constant"))) { TimeToLive = life });
    }
}
