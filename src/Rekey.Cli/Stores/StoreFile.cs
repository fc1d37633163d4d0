using System.Globalization;
using Rekey.Files;

namespace Rekey.Cli.Stores;

/// <summary>
/// The file of one record and its lock. What changes the file happens while the lock is held, and the lock is not given back in the
/// middle of it.
/// </summary>
internal sealed class StoreFile
{
    /// <summary>The largest record. Who reads one byte more has no record before him.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly Lock _gate = new();
    private readonly string _stem;
    private readonly IStoreDisk _disk;
    private bool _isHeld;
    private bool _isWatched;
    private volatile string? _known;

    public StoreFile(string folder, string credential, IStoreDisk disk)
    {
        _stem = System.IO.Path.Combine(folder, StoreNames.Of(credential));
        _disk = disk;
        Credential = credential;
    }

    public string Credential { get; }

    public string Path => _stem + ".json";

    public string LockPath => _stem + ".lock";

    /// <summary>Whether the file is another one than that which was read before the watch began, or written here. A writing is waited for.</summary>
    public bool HasNews
    {
        get
        {
            lock (_gate)
                return Stamp() != _known;
        }
    }

    /// <summary>Marks the lock as ours until what is returned is disposed.</summary>
    public IDisposable Hold(FileLock taken)
    {
        lock (_gate)
            _isHeld = true;
        return new Held(this, taken);
    }

    /// <summary>The content; null when there is no file.</summary>
    public byte[]? Read()
    {
        var stamp = Stamp(); // before it is read: what changes in between is news
        try
        {
            var content = _disk.Read(Path, MaxBytes + 1);
            if (!Volatile.Read(ref _isWatched))
                _known = stamp;
            return content;
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            throw StoreErrors.Unreadable(Path, e);
        }
    }

    /// <summary>Puts the content in its place. Whoever calls holds the lock.</summary>
    public void Replace(byte[] content)
    {
        lock (_gate)
        {
            if (!_isHeld)
                throw StoreErrors.NoLock(LockPath);
            try
            {
                RemoveRests();
                _disk.Replace(Path, content);
                _known = Stamp();
            }
            catch (Exception e) when (IsOfDisk(e))
            {
                throw StoreErrors.Unwritable(Path, e);
            }
        }
    }

    /// <summary>
    /// Gives the file a name that says that it is no record, and returns that name. Empty when it is another file by now; null when nobody
    /// here holds the lock.
    /// </summary>
    public string? SetAside(byte[] content, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_isHeld)
                return null;
            try
            {
                if (!content.AsSpan().SequenceEqual(_disk.Read(Path, MaxBytes + 1)))
                    return "";
                var free = FreeName(now);
                _disk.Move(Path, free);
                return free;
            }
            catch (Exception e) when (IsOfDisk(e))
            {
                throw StoreErrors.Unwritable(Path, e);
            }
        }
    }

    /// <summary>From now on a change is news, whoever reads it first.</summary>
    public void BeginWatching() => Volatile.Write(ref _isWatched, true);

    /// <summary>Tells two states of the file apart without reading it. Every writing makes a new file: the time at which it was made stands for its number.</summary>
    public string Stamp()
    {
        try
        {
            var file = new FileInfo(Path);
            return file.Exists ? $"{file.Length} {file.LastWriteTimeUtc.Ticks} {file.CreationTimeUtc.Ticks}" : "";
        }
        catch (Exception e) when (IsOfDisk(e))
        {
            return e.GetType().Name;
        }
    }

    // What dead writers left. A rest that cannot be deleted now is left to the next writer.
    private void RemoveRests()
    {
        foreach (var file in PrivateFiles.LeftBeside(Path).ToList())
        {
            try
            {
                _disk.Delete(file);
            }
            catch (Exception e) when (IsOfDisk(e))
            {
            }
        }
    }

    private string FreeName(DateTimeOffset now)
    {
        var name = $"{_stem}.corrupt-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        var free = name;
        for (var number = 2; System.IO.Path.Exists(free); number++)
            free = $"{name}-{number}";
        return free;
    }

    private static bool IsOfDisk(Exception e) => e is IOException or UnauthorizedAccessException;

    private sealed class Held(StoreFile file, FileLock taken) : IDisposable
    {
        private FileLock? _taken = taken;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _taken, null) is not { } mine)
                return;
            lock (file._gate)
                file._isHeld = false;
            mine.Dispose();
        }
    }
}
