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

    /// <summary>Makes a source that reads <paramref name="path"/>; a relative path is taken from the working directory of this moment.</summary>
    public FileSource(string path, TimeProvider time, string? reference = null, ILogger? logger = null)
        : this(path, time, reference, logger, FileContent.Read)
    {
    }

    internal FileSource(string path, TimeProvider time, string? reference, ILogger? logger, Func<string, int, FileContent?> read)
    {
        _path = Path.GetFullPath(path);
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        Reference = reference ?? $"file://{_path}";
        _reader = new SteadyReader(new PathReader(_path, Reference, read).Read, time);
    }

    /// <inheritdoc/>
    public override string Reference { get; }

    /// <inheritdoc/>
    public override TimeSpan? PollInterval => Poll;

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<SecretDocument>> FetchAsync(FetchRequest<SecretDocument> request, CancellationToken cancellationToken)
    {
        var reading = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return reading?.Document is { } document
            ? new SourceAnswer<SecretDocument>(document)
            : throw new CredentialException(reading?.Error ?? FileErrors.Unsteady(Reference));
    }

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed)
    {
        var directory = Directory.Exists(_path) ? _path : Path.GetDirectoryName(_path) ?? _path;
        return FileWatch.Begin(directory, () => _reader.LookAsync(CancellationToken.None), changed, _time, _logger);
    }
}
