using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();

    private string Place => Path.Combine(_directory["folder"], "state.lock");

    [Fact]
    public void Two_who_open_it_in_one_process_exclude_each_other()
    {
        using var first = FileLock.TryAcquire(Place, out var isHeldBefore);
        using var second = FileLock.TryAcquire(Place, out var isHeld);

        Assert.Equal((true, false, false, true), (first is not null, isHeldBefore, second is not null, isHeld));
    }

    [Fact]
    public async Task Many_who_want_it_get_it_one_by_one()
    {
        var (inside, most, entered) = (0, 0, 0);
        var all = Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(async () =>
        {
            using var held = await FileLock.AcquireAsync(Place, _time, CancellationToken.None);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Increment(ref entered);
            Interlocked.Decrement(ref inside);
        })));

        await Until.Done(all, _time, Step);

        Assert.Equal((1, 12), (most, entered));
    }

    [Fact]
    public async Task Its_file_and_its_folder_are_for_their_owner_alone_and_stay()
    {
        (await FileLock.AcquireAsync(Place, _time, CancellationToken.None))!.Dispose();

        Assert.True(File.Exists(Place));
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Place)!));
    }

    [Fact]
    public async Task Where_no_file_can_be_made_there_is_no_lock()
    {
        File.WriteAllText(_directory["folder"], "a file where the folder should be");

        Assert.Null(await FileLock.AcquireAsync(Place, _time, CancellationToken.None));
    }

    public void Dispose() => _directory.Dispose();
}
