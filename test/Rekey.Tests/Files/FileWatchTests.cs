using System.Collections.Concurrent;
using Rekey.Files;
using Rekey.Testing;

namespace Rekey.Tests.Files;

/// <summary>The real watch of the file system; only the pause before an announcement is manual, and the poll never comes unless a test lets it.</summary>
public sealed class FileWatchTests : LeakCheckedTest
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

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
        using var watch = await WatchAsync(path);

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
        var source = new FileSource(_directory["token"], TimeProvider.System, logger: Logger);
        await source.FetchAsync(new(RefreshTrigger.Demand, null), TestContext.Current.CancellationToken);
        using var watch = source.Watch(() => announced.TrySetResult());

        File.WriteAllText(_directory["token"], "value-two");

        await announced.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_file_in_a_watched_directory_of_keys_is_announced()
    {
        File.WriteAllText(_directory["password"], "value-one");
        using var watch = await WatchAsync(_directory.Root);

        File.WriteAllText(_directory["password"], "value-two");

        await AnnouncedAsync("");
    }

    [Fact]
    public async Task A_file_that_appears_after_the_watch_began_is_announced()
    {
        using var watch = await WatchAsync(_directory["token"]);

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
        using var watch = await BegunAsync(source, _directory["token"]);
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
        var ended = await WatchAsync(_directory["token"]);
        ended.Dispose();
        using var watch = await WatchAsync(_directory["token"]);

        File.WriteAllText(_directory["token"], "value-one");
        await AnnouncedAsync("value-one");

        Assert.Single(_announced);
    }

    [Fact]
    public async Task A_folder_that_appears_after_the_watch_began_is_watched_from_then_on()
    {
        var path = Path.Combine(_directory["later"], "token");
        var source = new FileSource(path, _time, logger: Logger);
        using var watch = await BegunAsync(source, path);
        Assert.Null(source.Warning);

        Directory.CreateDirectory(_directory["later"]);
        _time.Advance(Poll);
        File.WriteAllText(path, "value-one");

        await AnnouncedAsync("value-one");
    }

    [Fact]
    public async Task A_directory_of_keys_that_appears_after_the_watch_began_is_watched_inside_from_then_on()
    {
        var keys = _directory["keys"];
        using var watch = await WatchAsync(keys);
        Directory.CreateDirectory(keys);
        File.WriteAllText(Path.Combine(keys, "password"), "value-one");
        await PassUntil(() => _announced.Count == 1);

        File.WriteAllText(Path.Combine(keys, "password"), "value-two");

        await PassUntil(() => _announced.Count == 2);
    }

    [Fact]
    public async Task A_folder_that_was_made_anew_is_watched_again()
    {
        var path = Path.Combine(_directory["folder"], "token");
        Directory.CreateDirectory(_directory["folder"]);
        File.WriteAllText(path, "value-one");
        using var watch = await WatchAsync(path);

        Directory.Delete(_directory["folder"], recursive: true);
        Directory.CreateDirectory(_directory["folder"]);
        await PassUntil(() => _announced.LastOrDefault() == "");
        File.WriteAllText(path, "value-two");

        await AnnouncedAsync("value-two");
    }

    [Theory]
    [InlineData("")]
    [InlineData("password")]
    public async Task The_publication_of_a_volume_is_announced_by_the_file_system_itself(string key)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The kubelet's own protocol is one of Unix.");
        var volume = new KubernetesVolume(_directory.Root);
        volume.Publish(new Dictionary<string, string> { ["password"] = "value-zero" });
        using var watch = await WatchAsync(Path.Combine(_directory.Root, key));

        for (var i = 1; i <= 5; i++)
        {
            volume.Publish(new Dictionary<string, string> { ["password"] = $"value-{i}" });
            await PassUntil(() => _announced.Count == i);
        }
    }

    [Fact]
    public async Task A_watch_that_cannot_begin_is_told_and_begun_again()
    {
        var limit = 0;
        File.WriteAllText(_directory["token"], "value-one");
        var source = Source(directory => ++limit > 2 ? new FileSystemWatcher(directory) : throw new IOException("The limit of inotify instances is reached."));
        using var watch = await BegunAsync(source, _directory["token"]);
        Assert.Equal("FILE_NOT_WATCHED", source.Warning?.Code);

        await PollsAsync(2);
        await PollsAsync(1);

        Assert.Null(source.Warning);
        File.WriteAllText(_directory["token"], "value-two");
        await AnnouncedAsync("value-two");
    }

    [Fact]
    public async Task A_watch_that_dies_is_told_and_begun_again_and_what_happened_meanwhile_is_found()
    {
        var watchers = new List<ScriptedWatcher>();
        File.WriteAllText(_directory["token"], "value-one");
        var source = Source(directory =>
        {
            watchers.Add(new ScriptedWatcher(directory));
            return watchers[^1];
        });
        using var watch = await BegunAsync(source, _directory["token"]);
        Assert.Null(source.Warning);

        watchers[0].Fail(); // as .NET says it where max_user_watches is reached, or more happened than the kernel keeps
        Assert.Equal("FILE_NOT_WATCHED", source.Warning?.Code);
        File.WriteAllText(_directory["token"], "value-two");
        await PollsAsync(1);
        await AnnouncedAsync("value-two");
        watchers[1].Fail();
        await PollsAsync(1);
        watchers[0].Fail(); // the first one has nothing to say any more
        Assert.Equal(("FILE_NOT_WATCHED", 3), (source.Warning?.Code, watchers.Count));

        await PollsAsync(1);

        Assert.Equal((null, 3), (source.Warning?.Code, watchers.Count));
    }

    [Fact]
    public async Task What_happens_during_a_look_is_looked_at_soon_after_it()
    {
        ScriptedWatcher? watcher = null;
        var looks = new ConcurrentQueue<TaskCompletionSource<string>>();
        using var watch = new FileWatch(
            () => _directory.Root, Poll, () => Look(looks), static _ => Task.FromResult(true), () => _announced.Enqueue("news"), _time, Logger,
            directory => watcher = new ScriptedWatcher(directory));
        _time.Advance(TimeSpan.Zero);

        watcher!.Say();
        Assert.Null(_time.NextTimerIn); // one look at a time
        looks.Last().SetResult("one");

        Assert.Equal((1, Pause), (_announced.Count, _time.NextTimerIn));
        _time.Advance(Pause);
        Assert.Equal(2, looks.Count);
        looks.Last().SetResult("one");
        Assert.Equal((1, Poll), (_announced.Count, _time.NextTimerIn));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    private Task<IDisposable> WatchAsync(string path) => BegunAsync(new FileSource(path, _time, logger: Logger), path);

    private FileSource Source(Func<string, FileSystemWatcher> open) =>
        new(_directory["token"], _time, reference: null, Logger, FileContent.Read, open: open);

    // Read once, as a credential does, and looked at once.
    private async Task<IDisposable> BegunAsync(FileSource source, string path)
    {
        var read = source.FetchAsync(new(RefreshTrigger.Demand, null), TestContext.Current.CancellationToken).AsTask();
        await Until.Done(Task.WhenAny(read), _time, TimeSpan.FromMilliseconds(10));
        Observe(read.Exception?.ToString() ?? "");
        var watch = source.Watch(() => _announced.Enqueue(File.Exists(path) ? File.ReadAllText(path) : ""));
        _time.Advance(TimeSpan.Zero);
        await LookIsOverAsync();
        return watch;
    }

    private async Task PollsAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _time.Advance(Poll);
            await LookIsOverAsync();
        }
    }

    private Task LookIsOverAsync() => Until.True(() => _time.NextTimerIn is not null);

    private Task AnnouncedAsync(string content) => PassUntil(() => _announced.LastOrDefault() == content);

    // Time passes only towards a look that an event has hastened.
    private Task PassUntil(Func<bool> condition) => Until.True(() =>
    {
        if (_time.NextTimerIn <= Pause)
            _time.Advance(Pause);
        return condition();
    });

    private static Task<string> Look(ConcurrentQueue<TaskCompletionSource<string>> looks)
    {
        var look = new TaskCompletionSource<string>();
        looks.Enqueue(look);
        return look.Task;
    }

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

    private sealed class ScriptedWatcher(string directory) : FileSystemWatcher(directory)
    {
        public void Say() => OnChanged(new FileSystemEventArgs(WatcherChangeTypes.Changed, Path, "token"));

        public void Fail() => OnError(new ErrorEventArgs(new IOException("The limit of inotify watches is reached.")));
    }
}
