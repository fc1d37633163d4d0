using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey.Files;

/// <summary>A file, or a directory with one file a field. A change is announced by the file system where it can, and polled for always.</summary>
public sealed class FileSource : CredentialSource<SecretDocument>
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SteadyReader _reader;

    private readonly Func<string, FileSystemWatcher> _open;
    private readonly Lazy<bool> _isMountedAlone;
    private volatile FileWatch? _watch;
    private volatile string? _read;

    /// <summary>
    /// Makes a source that reads <paramref name="path"/>; a relative path is taken from the working directory of this moment. Errors call it
    /// <paramref name="called"/> where the reference alone does not say which file it is.
    /// </summary>
    public FileSource(string path, TimeProvider time, string? reference = null, ILogger? logger = null, FileFormat? format = null, string? called = null)
        : this(path, time, reference, logger, FileContent.Read, format, called: called)
    {
    }

    internal FileSource(
        string path, TimeProvider time, string? reference, ILogger? logger, Func<string, int, FileContent?> read,
        FileFormat? format = null, Func<string, FileSystemWatcher>? open = null, Func<string>? mounts = null, string? called = null)
    {
        _open = open ?? (static directory => new FileSystemWatcher(directory));
        _isMountedAlone = new Lazy<bool>(() => File.Exists(_path) && MountPoints.Contain((mounts ?? MountPoints.Read)(), MountPoints.PlaceOf(_path)));
        _path = Path.GetFullPath(path);
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        Reference = reference ?? $"file://{_path}";
        _reader = new SteadyReader(new PathReader(_path, called ?? Reference, format ?? FileFormats.Of(_path), read).Read, time);
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override TimeSpan? PollInterval => Poll;

    /// <inheritdoc/>
    public override CredentialError? Warning =>
        _isMountedAlone.Value ? FileErrors.MountedAlone(Reference)
        : _watch is { IsDeaf: true } ? FileErrors.NotWatched(Reference)
        : null;

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        var reading = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        _read = reading?.Stamp ?? _read;
        return reading?.Document is { } document
            ? new SourceAnswer<SecretDocument>(document)
            : throw new CredentialException(reading?.Error ?? FileErrors.Unsteady(Reference));
    }

    /// <inheritdoc/>
    public override IDisposable Watch(Action changed) => _watch = new FileWatch(Folder, Poll, StampAsync, IsNews, changed, _time, _logger, _open);

    // The keys of a directory change inside it, a file and a directory that is not there yet in the one around them.
    private string Folder() => Directory.Exists(_path) ? _path : Path.GetDirectoryName(_path) ?? _path;

    private async Task<string> StampAsync() => (await _reader.LookAsync(CancellationToken.None).ConfigureAwait(false)).Stamp;

    // Before the first reading nothing is: that reading is under way.
    private Task<bool> IsNews(string stamp) => Task.FromResult(_read is { } read && read != stamp);
}
