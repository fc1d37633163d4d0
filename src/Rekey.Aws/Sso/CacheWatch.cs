using Microsoft.Extensions.Logging;

namespace Rekey.Aws.Sso;

/// <summary>
/// Announces that the token may be another one. The file is looked at every second and a half, be there a folder yet or not; where the
/// file system tells of changes, it is looked at sooner.
/// </summary>
internal sealed class CacheWatch : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
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

    public CacheWatch(string folder, Func<string> stamp, Func<Task<bool>> hasNews, Action changed, TimeProvider time, ILogger logger)
    {
        (_folder, _stamp, _hasNews, _changed, _logger) = (folder, stamp, hasNews, changed, logger);
        _timer = time.CreateTimer(_ => _ = LookAsync(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // What happened between the last fetch and this moment is found by the first look.
        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

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
            SsoLog.NotWatched(_logger, _folder, e.GetType().Name);
        }
        finally
        {
            if (!_isDisposed)
                _timer.Change(Poll, Timeout.InfiniteTimeSpan);
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
            SsoLog.NotWatched(_logger, _folder, e.GetType().Name);
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
