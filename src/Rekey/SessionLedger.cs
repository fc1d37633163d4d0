using Microsoft.Extensions.Logging;

namespace Rekey;

/// <summary>The record of one session: the store's, or the one that could not be written yet and may be the only one that is good.</summary>
internal sealed class SessionLedger(string credential, string name, ICredentialStore store, ISecretRegistry? secrets, ILogger logger)
{
    private volatile SessionRecord? _last;
    private volatile SessionRecord? _unsaved;

    /// <summary>The record as it was last seen.</summary>
    public SessionRecord? Last => _last;

    /// <summary>Whether something is in memory that a restart would lose.</summary>
    public bool HasUnsaved => _unsaved is not null;

    public ValueTask<IDisposable> LockAsync(CancellationToken cancellationToken) => store.LockAsync(name, cancellationToken);

    public async ValueTask<SessionRecord?> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(name, cancellationToken).ConfigureAwait(false);
        Learn(stored);
        // A file that somebody took away costs nobody the session that is in use: it is written back.
        if (stored is null)
            _unsaved ??= _last;
        if (_unsaved is not { } kept)
            return _last = stored;
        if (stored is null || NewestOf(stored) <= NewestOf(kept))
            return _last = kept;
        _unsaved = null; // another process went on meanwhile
        return _last = stored;
    }

    /// <summary>Writes the record. What cannot be written is kept, told, and written by the next attempt before anything else.</summary>
    public async ValueTask SaveAsync(SessionRecord record)
    {
        Learn(record);
        _last = record;
        try
        {
            await store.WriteAsync(name, record, CancellationToken.None).ConfigureAwait(false);
            _unsaved = null;
        }
        catch (CredentialException e)
        {
            if (_unsaved is null)
                Log.SessionUnsaved(logger, credential, e.Error.Code, e.Error.Message);
            _unsaved = record;
            throw;
        }
    }

    /// <summary>Writes what was not written yet, unless another process went on meanwhile. Needs the lock.</summary>
    public async ValueTask SaveKeptAsync()
    {
        if (_unsaved is null)
            return;
        await ReadAsync(CancellationToken.None).ConfigureAwait(false);
        if (_unsaved is { } kept)
            await SaveAsync(kept).ConfigureAwait(false);
    }

    /// <summary>The same with the lock, for a moment in which nothing else is done; a store that says no is asked again later.</summary>
    public async Task TrySaveKeptAsync(CancellationToken cancellationToken)
    {
        if (_unsaved is null)
            return;
        try
        {
            using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
            await SaveKeptAsync().ConfigureAwait(false);
        }
        catch (CredentialException)
        {
            // It is told already, and stays in memory.
        }
    }

    /// <summary>Writes the time of an attempt: proves that its outcome can be kept, before a token is spent for it.</summary>
    public ValueTask AnnounceAsync(SessionRecord record) => store.WriteAsync(name, record, CancellationToken.None);

    /// <summary>Calls <paramref name="changed"/> when the store has another session than the one seen last.</summary>
    public IDisposable? Watch(Action changed) => store.Watch(name, () => _ = LookAsync(changed));

    private async Task LookAsync(Action changed)
    {
        try
        {
            var seen = _last;
            var stored = await store.ReadAsync(name, CancellationToken.None).ConfigureAwait(false);
            if (stored is { Pending: null } && !stored.Current.HoldsSameAs(seen?.Current))
                changed();
            else if (stored is not null && _unsaved is null)
                _last = stored; // refreshed with the same outcome: only the count and the time are news
        }
        catch (CredentialException)
        {
            // The next refresh says what is wrong with the store.
        }
    }

    private void Learn(SessionRecord? record)
    {
        foreach (var state in new[] { record?.Current, record?.Pending }.OfType<SessionState>())
        {
            foreach (var (field, value) in state.Fields)
                secrets?.Register(credential, field, value);
        }
    }

    private static DateTimeOffset NewestOf(SessionRecord record) =>
        new[] { record.Current.RefreshedAt, record.Pending?.RefreshedAt }.Max() ?? DateTimeOffset.MinValue;
}
