using Rekey.Testing;

namespace Rekey.Cli.Tests.Stores;

public sealed class StoreWatchTests : StoreTest
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private int _announced;

    [Fact]
    public async Task What_another_process_writes_is_announced_within_seconds_even_where_there_was_no_folder()
    {
        var store = Store();
        Assert.Null(await ReadAsync(store));
        using var watch = store.Watch(Name, Announce);
        await QuietAsync();

        var began = Time.GetUtcNow();
        await WriteAsync(Store(), Record());
        await Until.True(() => Volatile.Read(ref _announced) == 1, Time, Step);

        Assert.InRange((Time.GetUtcNow() - began).TotalSeconds, 0, 3);
    }

    [Fact]
    public async Task What_was_written_between_the_last_reading_and_the_watch_is_announced()
    {
        var store = Store();
        await WriteAsync(store, Record());
        await ReadAsync(store);
        await WriteAsync(Store(), Record("second"));

        using var watch = store.Watch(Name, Announce);

        await Until.True(() => Volatile.Read(ref _announced) == 1, Time, Step);
    }

    [Fact]
    public async Task Neither_its_own_writing_nor_the_files_of_others_are_announced()
    {
        var store = Store();
        await WriteAsync(store, Record());
        using var watch = store.Watch(Name, Announce);

        await WriteAsync(store, Record("second"));
        await WriteAsync(Store(), Record(), "other");
        await QuietAsync();
    }

    [Fact]
    public async Task A_change_is_announced_whoever_of_this_process_reads_it_first()
    {
        var store = Store();
        await WriteAsync(store, Record());
        using var watch = store.Watch(Name, Announce);
        await QuietAsync();

        await WriteAsync(Store(), Record("second"));
        await ReadAsync(store);

        await Until.True(() => Volatile.Read(ref _announced) == 1, Time, Step);
    }

    [Fact]
    public async Task With_real_time_a_change_is_announced_soon()
    {
        var announced = new TaskCompletionSource();
        var store = Store(time: TimeProvider.System);
        await WriteAsync(store, Record());
        using var watch = store.Watch(Name, () => announced.TrySetResult());

        await WriteAsync(Store(), Record("second"));

        await announced.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Nothing_is_announced_after_the_end_of_the_watch()
    {
        var store = Store();
        await ReadAsync(store);
        store.Watch(Name, Announce).Dispose();

        await WriteAsync(Store(), Record());

        await QuietAsync();
    }

    private void Announce() => Interlocked.Increment(ref _announced);

    private async Task QuietAsync()
    {
        for (var i = 0; i < 60; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
        Assert.Equal(0, Volatile.Read(ref _announced));
    }
}
