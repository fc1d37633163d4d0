using Microsoft.Extensions.Logging;

namespace Rekey.Files;

/// <summary>
/// Announces that a file may be another one. Its stamp, which tells two states of it apart, is looked at again and again, be there a
/// folder yet or not; where the file system tells of changes, it is looked at sooner.
/// </summary>
public sealed class StampWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
    private readonly TimeSpan _poll;
    private readonly Func<string> _stamp;
    private readonly Func<Task<bool>> _hasNews;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private FileSystemWatcher? _watcher;
    private string? _seen;
    private int _isHastened;
    private bool _cannotWatch;
    private volatile bool _isDisposed;

    /// <summary>Begins at once. Another stamp is announced to <paramref name="changed"/> when <paramref name="hasNews"/> says so, the first included.</summary>
    public StampWatch(string folder, TimeSpan poll, Func<string> stamp, Func<Task<bool>> hasNews, Action changed, TimeProvider time, ILogger logger)
    {
        (_folder, _poll, _stamp, _hasNews, _changed, _logger) = (folder, poll, stamp, hasNews, changed, logger);
        _timer = time.CreateTimer(_ => _ = LookAsync(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // What happened between the last reading and this moment is found by the first look.
        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the watch: nothing is announced after it.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _timer.Dispose();
        _watcher?.Dispose();
    }

    // One look at a time: the next is planned when this one is over.
    private async Task LookAsync()
    {
        Volatile.Write(ref _isHastened, 0);
        try
        {
            BeginListening();
            var stamp = _stamp();
            if (stamp != _seen && !_isDisposed)
            {
                _seen = stamp;
                if (await _hasNews().ConfigureAwait(false) && !_isDisposed)
                    _changed();
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            FileLog.NotWatched(_logger, _folder, e.GetType().Name);
        }
        finally
        {
            if (!_isDisposed)
                _timer.Change(_poll, Timeout.InfiniteTimeSpan);
        }
    }

    private void BeginListening()
    {
        if (_watcher is not null || _cannotWatch || !Directory.Exists(_folder))
            return;
        try
        {
            var watcher = new FileSystemWatcher(_folder);
            _watcher = watcher;
            watcher.Changed += Hasten;
            watcher.Created += Hasten;
            watcher.Deleted += Hasten;
            watcher.Renamed += Hasten;
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // No watches left in the kernel, or a file system without any: the poll is enough.
            _cannotWatch = true;
            FileLog.NotWatched(_logger, _folder, e.GetType().Name);
        }
        if (_isDisposed)
            _watcher?.Dispose();
    }

    // The first event of a burst counts, so that a busy folder puts nothing off.
    private void Hasten(object sender, FileSystemEventArgs e)
    {
        if (!_isDisposed && Interlocked.Exchange(ref _isHastened, 1) == 0)
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }
}
