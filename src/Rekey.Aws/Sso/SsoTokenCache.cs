using System.Text.Json;
using Microsoft.Extensions.Logging;
using Rekey.Aws.Profiles;
using Rekey.Files;

namespace Rekey.Aws.Sso;

/// <summary>
/// The token of one session in the cache that all AWS tools share. A token that cannot be written is kept here until it can be: it may
/// be the only one that works.
/// </summary>
internal sealed class SsoTokenCache(SsoSession session, AwsFiles files, SsoSecrets secrets, TimeProvider time, ILogger logger, ICacheFiles? disk = null)
{
    private const int MostLooks = 6;
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly ICacheFiles _disk = disk ?? CacheFiles.Instance;
    private volatile Kept? _kept;

    /// <summary>A token that could not be written, and the one that stood in the file then.</summary>
    private sealed record Kept(CachedToken Token, Secret? Over);

    /// <summary>The token file.</summary>
    public string File { get; } = Path.Combine(files.SsoCache, CacheKey.OfToken(session) + ".json");

    /// <summary>What stands in the way of writing, while something does.</summary>
    public CredentialError? Warning => _kept is null ? null : SsoErrors.CacheUnwritable(session.Label, files.SsoCache);

    /// <summary>
    /// Serializes what changes the token, over all processes. Null where no lock can be made; <see cref="TimeoutException"/> when
    /// another process keeps it for longer than any call may take.
    /// </summary>
    public Task<FileLock?> LockAsync(CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(Beside(".lock"), LockLimit, time, cancellationToken);

    /// <summary>The lock, or after its time none: for what a human did and nobody must lose.</summary>
    public Task<FileLock?> LockOrNoneAsync(CancellationToken cancellationToken) =>
        FileLock.AcquireOrNoneAsync(Beside(".lock"), LockLimit, time, cancellationToken);

    /// <summary>Held while a human signs in, so that one page opens and not one for each process.</summary>
    public FileLock? TryLockSignIn(out bool isHeld) => FileLock.TryAcquire(Beside(".signin"), out isHeld);

    /// <summary>The token as it is now: the file's, or the one kept while the file is what it was.</summary>
    public async Task<TokenReading> ReadAsync(CancellationToken cancellationToken)
    {
        var reading = await ReadFileAsync(cancellationToken).ConfigureAwait(false);
        if (_kept is not { } kept)
            return reading;
        if (reading.State is TokenState.Forbidden or TokenState.Busy || reading.Token?.AccessToken == kept.Over)
            return new TokenReading(TokenState.Present, kept.Token, IsInMemory: true);
        Interlocked.CompareExchange(ref _kept, null, kept); // somebody else wrote a newer one
        return reading;
    }

    /// <summary>Writes the token. One that cannot be written is kept and not lost.</summary>
    public async Task SaveAsync(CachedToken token)
    {
        try
        {
            await Task.Run(() => _disk.Write(File, token.Write())).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _kept, null) is not null)
                SsoLog.SavedAfterAll(logger, session.Label);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var before = await ReadFileAsync(CancellationToken.None).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _kept, new Kept(token, before.Token?.AccessToken)) is null)
                SsoLog.NotSaved(logger, session.Label, files.SsoCache, e.GetType().Name);
        }
    }

    /// <summary>Tries once more to write a token that is kept, unless somebody is changing the file.</summary>
    public async Task SaveKeptAsync()
    {
        if (_kept is null)
            return;
        using var held = FileLock.TryAcquire(Beside(".lock"), out var isHeld);
        if (!isHeld && (await ReadAsync(CancellationToken.None).ConfigureAwait(false)) is { IsInMemory: true, Token: { } token })
            await SaveAsync(token).ConfigureAwait(false);
    }

    /// <summary>Forgets the token, here and in its file.</summary>
    public void Delete()
    {
        _kept = null;
        System.IO.File.Delete(PrivateFiles.PlaceOf(File));
        System.IO.File.Delete(File);
    }

    /// <summary>Tells two states of the file apart without reading it.</summary>
    public string Stamp()
    {
        try
        {
            var file = new FileInfo(PrivateFiles.PlaceOf(File));
            return file.Exists ? $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}" : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }

    // Other tools empty the file and fill it in place: what is no JSON is looked at again.
    private async Task<TokenReading> ReadFileAsync(CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var reading = await Task.Run(Look, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (reading.State is not (TokenState.Damaged or TokenState.Busy) || look == MostLooks)
                return reading;
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TokenReading Look()
    {
        try
        {
            if (_disk.Read(File) is not { } content)
                return new TokenReading(TokenState.Missing);
            return CachedToken.Read(content) is { } token
                ? new TokenReading(TokenState.Present, secrets.Learn(token))
                : new TokenReading(TokenState.Damaged);
        }
        catch (JsonException)
        {
            return new TokenReading(TokenState.Damaged);
        }
        catch (UnauthorizedAccessException)
        {
            return new TokenReading(TokenState.Forbidden);
        }
        catch (IOException)
        {
            return new TokenReading(TokenState.Busy);
        }
    }

    private string Beside(string extension) => Path.ChangeExtension(File, extension);
}
