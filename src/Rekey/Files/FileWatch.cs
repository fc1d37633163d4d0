using Microsoft.Extensions.Logging;

namespace Rekey.Files;

/// <summary>
/// Announces that what is at a path may be another one. Its stamp, which tells two states of it apart, is looked at again and again, be there a
/// folder yet or not; where the file system tells of changes, it is looked at soon after one.
/// </summary>
public sealed class FileWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Func<string> _folder;
    private readonly TimeSpan _poll;
    private readonly Func<Task<string>> _stamp;
    private readonly Func<string, Task<bool>> _isNews;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private readonly FolderListener _listener;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private string? _seen;
    private bool _isLooking;
    private bool _isHastened;
    private volatile bool _isDisposed;

    /// <summary>
    /// Begins at once. <paramref name="folder"/> is where to listen, asked again at every look. Another stamp is announced to <paramref name="changed"/>
    /// when <paramref name="isNews"/> says so of it, the first included.
    /// </summary>
    public FileWatch(
        Func<string> folder, TimeSpan poll, Func<Task<string>> stamp, Func<string, Task<bool>> isNews, Action changed, TimeProvider time, ILogger logger)
        : this(folder, poll, stamp, isNews, changed, time, logger, static directory => new FileSystemWatcher(directory))
    {
    }

    internal FileWatch(
        Func<string> folder, TimeSpan poll, Func<Task<string>> stamp, Func<string, Task<bool>> isNews, Action changed, TimeProvider time, ILogger logger,
        Func<string, FileSystemWatcher> open)
    {
        (_folder, _poll, _stamp, _isNews, _changed, _logger) = (folder, poll, stamp, isNews, changed, logger);
        _listener = new FolderListener(open, Hasten, logger);
        _timer = time.CreateTimer(_ => _ = LookAsync(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // What happened between the last reading and this moment is found by the first look.
        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the system tells of no changes, although there is a folder: they are found by looking alone.</summary>
    public bool IsDeaf => _listener.IsDeaf;

    /// <summary>Ends the watch: nothing is announced after it.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _timer.Dispose();
        _listener.Dispose();
    }

    // One look at a time: the next is planned when this one is over.
    private async Task LookAsync()
    {
        lock (_gate)
            (_isLooking, _isHastened) = (true, false);
        try
        {
            _listener.ListenTo(_folder()); // before the look, so that nothing happens unheard after it
            var stamp = await _stamp().ConfigureAwait(false);
            if (stamp != _seen && !_isDisposed)
            {
                _seen = stamp;
                if (await _isNews(stamp).ConfigureAwait(false) && !_isDisposed)
                    _changed();
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            FileLog.LookFailed(_logger, e.GetType().Name);
        }
        finally
        {
            PlanNext();
        }
    }

    private void PlanNext()
    {
        lock (_gate)
        {
            _isLooking = false;
            if (!_isDisposed)
                _timer.Change(_isHastened ? Pause : _poll, Timeout.InfiniteTimeSpan);
        }
    }

    // The first event of a burst counts, so that a busy folder puts nothing off.
    private void Hasten()
    {
        lock (_gate)
        {
            if (!_isDisposed && !_isHastened && !_isLooking)
                _timer.Change(Pause, Timeout.InfiniteTimeSpan);
            _isHastened = true;
        }
    }
}
