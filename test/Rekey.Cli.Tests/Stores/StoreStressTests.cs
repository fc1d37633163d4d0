using Rekey.StoreCrash;

namespace Rekey.Cli.Tests.Stores;

public sealed class StoreStressTests : StoreTest
{
    private const int Reads = 3000;
    private const int Writes = 300;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Readers_never_see_half_a_record_while_it_is_written(bool isEncrypted)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        var (key, time) = (isEncrypted ? Key() : null, TimeProvider.System);
        var writer = Store(key, time: time);
        await WriteOneAsync(writer, 0);
        var reads = 0;
        using var enough = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            // One instance of the reader is the writer's own, the other stands for another process.
            var stores = new[] { writer, Store(key, time: time) };
            for (var turn = 0; !enough.IsCancellationRequested; turn++)
            {
                Assert.NotNull(Sample.NumberOf((await stores[turn % 2].ReadAsync(Name, CancellationToken.None))!));
                Interlocked.Increment(ref reads);
            }
        })).ToArray();

        for (var i = 0; (i < Writes || Volatile.Read(ref reads) < Reads) && !Array.Exists(readers, static reader => reader.IsCompleted); i++)
            await WriteOneAsync(writer, random.Next(1000));
        await enough.CancelAsync();

        await Task.WhenAll(readers);
        Assert.Empty(Logged);
    }

    private static async Task WriteOneAsync(ICredentialStore store, int number)
    {
        using var held = await store.LockAsync(Name, CancellationToken.None);
        await store.WriteAsync(Name, Sample.Record(number), CancellationToken.None);
    }
}
