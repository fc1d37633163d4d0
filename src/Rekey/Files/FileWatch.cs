using Microsoft.Extensions.Logging;

namespace Rekey.Files;

/// <summary>
/// Announces that a path may have changed, soon after the file system says that something happened around it. What exactly it says
/// differs from system to system and is not looked at. It only hastens the poll: where it fails, it says so and nothing else breaks.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly FileSystemWatcher _watcher;
    private readonly ITimer _timer;
    private readonly Func<Task<Reading>> _look;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private int _isArmed;
    private volatile bool _isDisposed;
    private volatile string? _seen;

    private FileWatch(FileSystemWatcher watcher, Func<Task<Reading>> look, Action changed, TimeProvider time, ILogger logger)
    {
        _watcher = watcher;
        _look = look;
        _changed = changed;
        _logger = logger;
        _timer = time.CreateTimer(_ => _ = AnnounceAsync(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        watcher.Changed += OnEvent;
        watcher.Created += OnEvent;
        watcher.Deleted += OnEvent;
        watcher.Renamed += OnEvent;
        watcher.Error += OnError;
    }

    /// <summary>Watches everything that happens in <paramref name="directory"/>; null where the file system cannot be watched.</summary>
    public static FileWatch? Begin(string directory, Func<string, FileSystemWatcher> make, Func<Task<Reading>> look, Action changed, TimeProvider time, ILogger logger)
    {
        FileSystemWatcher? watcher = null;
        FileWatch? watch = null;
        try
        {
            // Not the last access: our own reading would announce itself.
            watcher = make(directory);
            watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size
                | NotifyFilters.CreationTime | NotifyFilters.Attributes | NotifyFilters.Security;
            watch = new FileWatch(watcher, look, changed, time, logger);
            watcher.EnableRaisingEvents = true;
            return watch;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // No such directory, no watches left in the kernel, a file system without any: the poll is enough.
            FileLog.NotWatched(logger, directory, e.GetType().Name);
            watch?.Dispose();
            watcher?.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _watcher.Dispose();
        _timer.Dispose();
    }

    private void OnEvent(object sender, FileSystemEventArgs e) => Arm();

    private void OnError(object sender, ErrorEventArgs e)
    {
        FileLog.WatchFaltered(_logger, _watcher.Path, e.GetException().GetType().Name);
        Arm();
    }

    // Armed by the first event of a burst and not put off by the others: a busy directory delays nothing.
    private void Arm()
    {
        if (Interlocked.Exchange(ref _isArmed, 1) == 0)
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    // The directory may be busy with other things: only what changed at the path is worth a refresh.
    private async Task AnnounceAsync()
    {
        Volatile.Write(ref _isArmed, 0);
        try
        {
            var stamp = (await _look().ConfigureAwait(false)).Stamp;
            if (_isDisposed || stamp == _seen)
                return;
            _seen = stamp;
            _changed();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            FileLog.WatchFaltered(_logger, _watcher.Path, e.GetType().Name);
        }
    }
}
