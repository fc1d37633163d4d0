using System.Collections.Concurrent;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

/// <summary>The real watch of the file system; only the pause before an announcement is manual.</summary>
public sealed class FileWatchTests : LeakCheckedTest
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ConcurrentQueue<string> _announced = new();

    public enum Way
    {
        InPlace,
        ByRename,
        ByDeletionAndCreation,
        ByLink,
    }

    [Theory]
    [InlineData(Way.InPlace)]
    [InlineData(Way.ByRename)]
    [InlineData(Way.ByDeletionAndCreation)]
    [InlineData(Way.ByLink)]
    public async Task A_change_is_announced_whichever_way_it_is_made(Way way)
    {
        var path = _directory["token"];
        File.WriteAllText(path, "value-one");
        using var watch = Watch(path);

        for (var i = 0; i < 3; i++)
        {
            Change(path, $"value-{i}-{way}", way);
            await AnnouncedAsync($"value-{i}-{way}");
        }
    }

    [Fact]
    public async Task With_real_time_a_change_is_announced_soon()
    {
        File.WriteAllText(_directory["token"], "value-one");
        var announced = new TaskCompletionSource();
        using var watch = new FileSource(_directory["token"], TimeProvider.System, logger: Logger).Watch(() => announced.TrySetResult());

        File.WriteAllText(_directory["token"], "value-two");

        await announced.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_file_in_a_watched_directory_of_keys_is_announced()
    {
        File.WriteAllText(_directory["password"], "value-one");
        using var watch = Watch(_directory.Root);

        File.WriteAllText(_directory["password"], "value-two");

        await AnnouncedAsync("");
    }

    [Fact]
    public async Task A_file_that_appears_after_the_watch_began_is_announced()
    {
        using var watch = Watch(_directory["token"]);

        File.WriteAllText(_directory["token"], "value-one");

        await AnnouncedAsync("value-one");
    }

    [Fact]
    public async Task What_happens_beside_the_file_is_not_announced()
    {
        var looks = 0;
        File.WriteAllText(_directory["token"], "value-zero");
        var source = new FileSource(_directory["token"], _time, reference: null, Logger, (file, limit) =>
        {
            Interlocked.Increment(ref looks);
            return FileContent.Read(file, limit);
        });
        using var watch = source.Watch(() => _announced.Enqueue(File.ReadAllText(_directory["token"])));
        Change(_directory["token"], "value-one", Way.ByRename);
        await AnnouncedAsync("value-one");

        var before = Volatile.Read(ref looks);
        File.WriteAllText(_directory["noise"], "noise");
        await PassUntil(() => Volatile.Read(ref looks) > before);
        Change(_directory["token"], "value-two", Way.ByRename);
        await AnnouncedAsync("value-two");

        Assert.Equal(["value-one", "value-two"], _announced);
    }

    [Fact]
    public async Task Nothing_is_announced_after_the_end_of_the_watch()
    {
        File.WriteAllText(_directory["token"], "value-zero");
        var ended = Watch(_directory["token"]);
        ended.Dispose();
        using var watch = Watch(_directory["token"]);

        File.WriteAllText(_directory["token"], "value-one");
        await AnnouncedAsync("value-one");

        Assert.Single(_announced);
    }

    [Fact]
    public void Where_nothing_can_be_watched_there_is_no_watch_and_no_exception() =>
        Assert.Null(new FileSource(Path.Combine(_directory["later"], "token"), _time, logger: Logger).Watch(static () => { }));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    private IDisposable Watch(string path)
    {
        var watch = new FileSource(path, _time, logger: Logger).Watch(() => _announced.Enqueue(File.Exists(path) ? File.ReadAllText(path) : ""));
        return Assert.IsType<IDisposable>(watch, exactMatch: false);
    }

    private Task AnnouncedAsync(string content) => PassUntil(() => _announced.LastOrDefault() == content);

    private Task PassUntil(Func<bool> condition) => Until.True(() =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(50));
        return condition();
    });

    private void Change(string path, string content, Way way)
    {
        var next = _directory[$"next-{Guid.NewGuid():N}"];
        switch (way)
        {
            case Way.InPlace:
                File.WriteAllText(path, content);
                break;
            case Way.ByRename:
                File.WriteAllText(next, content);
                File.Move(next, path, overwrite: true);
                break;
            case Way.ByDeletionAndCreation:
                File.Delete(path);
                File.WriteAllText(path, content);
                break;
            default:
                File.WriteAllText(next, content);
                File.CreateSymbolicLink(next + ".link", next);
                File.Move(next + ".link", path, overwrite: true);
                break;
        }
    }
}
