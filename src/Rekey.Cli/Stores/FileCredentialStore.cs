using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Text.Json;
using Rekey.Files;

namespace Rekey.Cli.Stores;

/// <summary>
/// Keeps each session in a file of its own, in a folder that its owner alone may enter. A file that is no record is set aside and
/// reported, and none is overwritten that somebody could still need: a newer format, another key, a disk that says no.
/// </summary>
internal sealed class FileCredentialStore(FileStoreOptions options) : ICredentialStore
{
    private const int MostLooks = 6;
    private const int MostRounds = 3;
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    private readonly StoreFolder _folder = new(options.Folder);
    private readonly ConcurrentDictionary<string, StoreFile> _files = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Description => $"{_folder.Path} ({(options.Key is null ? "protected by file mode only" : "encrypted with store.key")})";

    /// <inheritdoc/>
    public async ValueTask<IDisposable> LockAsync(string credential, CancellationToken cancellationToken)
    {
        var file = FileOf(credential);
        _folder.Make();
        try
        {
            var taken = await FileLock.AcquireAsync(file.LockPath, LockLimit, options.Time, cancellationToken).ConfigureAwait(false);
            return file.Hold(taken ?? throw StoreErrors.NoLock(file.LockPath));
        }
        catch (TimeoutException)
        {
            throw new CredentialException(SessionErrors.InProgress(credential));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SessionRecord?> ReadAsync(string credential, CancellationToken cancellationToken)
    {
        var file = FileOf(credential);
        _folder.Close();
        for (var round = 1; round <= MostRounds; round++)
        {
            var (content, record) = await LookAsync(file, cancellationToken).ConfigureAwait(false);
            if (content is null || record is not null)
                return Learn(credential, record);
            if (await SetAsideAsync(file, content, cancellationToken).ConfigureAwait(false))
                return null;
        }
        throw StoreErrors.Unsteady(file.Path);
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(string credential, SessionRecord record, CancellationToken cancellationToken)
    {
        var file = FileOf(credential);
        // Whatever stands there has been understood, or it is not overwritten.
        await ReadAsync(credential, cancellationToken).ConfigureAwait(false);
        var content = RecordFormat.Write(credential, record, await CipherAsync(cancellationToken).ConfigureAwait(false));
        if (content.Length > StoreFile.MaxBytes)
            throw StoreErrors.TooLarge(file.Path, StoreFile.MaxBytes);
        await Task.Run(() => file.Replace(content), CancellationToken.None).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IDisposable Watch(string credential, Action changed)
    {
        var file = FileOf(credential);
        file.BeginWatching();
        return new FileWatch(() => _folder.Path, Poll, () => Task.FromResult(file.Stamp()), _ => Task.FromResult(file.HasNews), changed, options.Time, options.Logger);
    }

    private StoreFile FileOf(string credential) =>
        _files.GetOrAdd(credential, name => new StoreFile(_folder.Path, name, options.Disk));

    // What is no record may be one in a moment: another tool may write in place.
    private async Task<(byte[]? Content, SessionRecord? Record)> LookAsync(StoreFile file, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var content = await Task.Run(file.Read, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return (content, content is null ? null : await OpenAsync(file, content, cancellationToken).ConfigureAwait(false));
            }
            catch (JsonException)
            {
                if (look == MostLooks)
                    return (content, null);
            }
            await Task.Delay(Pause, options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<SessionRecord> OpenAsync(StoreFile file, byte[] content, CancellationToken cancellationToken)
    {
        if (content.Length > StoreFile.MaxBytes)
            throw new JsonException();
        var stored = RecordFormat.Read(file.Credential, content);
        if (stored.Record is { } plain)
            return plain;
        if (stored.Sealed is not { } record)
            throw StoreErrors.Newer(file.Path, stored.Version);
        var cipher = await CipherAsync(cancellationToken).ConfigureAwait(false) ?? throw StoreErrors.Sealed(file.Path);
        if (cipher.KeyId != record.KeyId)
            throw StoreErrors.OtherKey(file.Path, record.KeyId, cipher.KeyId);
        return RecordFormat.ReadOpened(cipher.Open(stored.Version, file.Credential, record) ?? throw StoreErrors.Altered(file.Path));
    }

    private async ValueTask<RecordCipher?> CipherAsync(CancellationToken cancellationToken) =>
        options.Key is { } key ? await key.GetAsync(options.Secrets, cancellationToken).ConfigureAwait(false) : null;

    // Under the lock, be it held here already or not: a writer may be about to put a good record there.
    private async Task<bool> SetAsideAsync(StoreFile file, byte[] content, CancellationToken cancellationToken)
    {
        if (file.SetAside(content, options.Time.GetUtcNow()) is not { } aside)
        {
            using var held = await LockAsync(file.Credential, cancellationToken).ConfigureAwait(false);
            aside = file.SetAside(content, options.Time.GetUtcNow()) ?? "";
        }
        if (aside.Length == 0)
            return false;
        StoreLog.SetAside(options.Logger, file.Path, aside);
        return true;
    }

    private SessionRecord? Learn(string credential, SessionRecord? record)
    {
        foreach (var state in (SessionState?[])[record?.Current, record?.Pending])
        {
            foreach (var (field, value) in state?.Fields ?? ReadOnlyDictionary<string, Secret>.Empty)
                options.Secrets?.Register(credential, field, value);
        }
        return record;
    }
}
