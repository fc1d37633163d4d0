using System.Collections.Concurrent;

namespace Rekey;

/// <summary>A store that lives as long as its process: for sessions that can be begun again at any time, and for tests.</summary>
public sealed class MemoryCredentialStore : ICredentialStore
{
    private readonly ConcurrentDictionary<string, SessionRecord> _records = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Description => "in memory alone";

    /// <inheritdoc/>
    public async ValueTask<IDisposable> LockAsync(string credential, CancellationToken cancellationToken)
    {
        var semaphore = _locks.GetOrAdd(credential, static _ => new SemaphoreSlim(1, 1));
        await semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Held(semaphore);
    }

    /// <inheritdoc/>
    public ValueTask<SessionRecord?> ReadAsync(string credential, CancellationToken cancellationToken) =>
        new(_records.GetValueOrDefault(credential));

    /// <inheritdoc/>
    public ValueTask WriteAsync(string credential, SessionRecord record, CancellationToken cancellationToken)
    {
        _records[credential] = record;
        return default;
    }

    /// <inheritdoc/>
    public IDisposable? Watch(string credential, Action changed) => null;

    private sealed class Held(SemaphoreSlim semaphore) : IDisposable
    {
        private SemaphoreSlim? _semaphore = semaphore;

        public void Dispose() => Interlocked.Exchange(ref _semaphore, null)?.Release();
    }
}
