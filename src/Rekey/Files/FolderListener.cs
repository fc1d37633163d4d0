using Microsoft.Extensions.Logging;

namespace Rekey.Files;

/// <summary>
/// Hears from the file system that something happens in a folder. What exactly it says differs from system to system and is not looked at.
/// Where it falls silent it is listened to anew: when the folder is another one, and after every failure.
/// </summary>
internal sealed class FolderListener(Func<string, FileSystemWatcher> open, Action heard, ILogger logger) : IDisposable
{
    private (string Path, DateTime Made) _folder;
    private volatile FileSystemWatcher? _watcher;
    private volatile bool _hasFailed;
    private volatile bool _isDeaf;
    private volatile bool _isDisposed;

    /// <summary>Whether the system tells of nothing although the folder is there. It hears again only when a listening has held from one call to the next.</summary>
    public bool IsDeaf => _isDeaf;

    /// <summary>Listens to this folder from now on, if it is there and not listened to already. One call at a time.</summary>
    public void ListenTo(string path)
    {
        // A folder that was made anew is another one, of which the old listening hears nothing.
        var folder = Directory.Exists(path) ? (path, Directory.GetCreationTimeUtc(path)) : default;
        if (_watcher is not null && !_hasFailed && folder == _folder)
        {
            _isDeaf = false;
            return;
        }
        _watcher?.Dispose();
        (_watcher, _folder, _hasFailed) = (null, folder, false);
        if (folder == default)
            _isDeaf = false; // that it is not there is told by whoever reads in it
        else
            Begin(path);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _watcher?.Dispose();
    }

    private void Begin(string path)
    {
        try
        {
            var watcher = _watcher = open(path);
            // Not the last access: our own reading would announce itself.
            watcher.NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size
                | NotifyFilters.CreationTime | NotifyFilters.Attributes | NotifyFilters.Security;
            watcher.Changed += OnEvent;
            watcher.Created += OnEvent;
            watcher.Deleted += OnEvent;
            watcher.Renamed += OnEvent;
            watcher.Error += OnError;
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(path, e); // no instances left in the kernel, or a file system that tells nothing
        }
        if (_isDisposed)
            _watcher?.Dispose();
    }

    private void OnEvent(object sender, FileSystemEventArgs e) => heard();

    // No watches left in the kernel, more events than it keeps, a folder that went away: some of it is said here alone.
    private void OnError(object sender, ErrorEventArgs e)
    {
        if (sender == _watcher)
            Fail(_folder.Path, e.GetException());
    }

    // Said once, however often it is tried again.
    private void Fail(string path, Exception why)
    {
        _hasFailed = true;
        if (!_isDeaf && !_isDisposed)
            FileLog.NotWatched(logger, path, why.GetType().Name);
        _isDeaf = true;
    }
}
