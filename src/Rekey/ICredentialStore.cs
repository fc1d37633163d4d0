namespace Rekey;

/// <summary>
/// Keeps sessions between two runs, one record a credential. Everything it throws is a <see cref="CredentialException"/>: what cannot be
/// read or written now is a <c>STORAGE_ERROR</c>.
/// </summary>
public interface ICredentialStore
{
    /// <summary>Where it keeps them and how they are protected, for people.</summary>
    string Description { get; }

    /// <summary>
    /// Waits until no other process holds the lock of <paramref name="credential"/>. It is free when the holder disposes it, or dies.
    /// Throws <c>REFRESH_IN_PROGRESS</c> when somebody keeps it for longer than any refresh takes.
    /// </summary>
    ValueTask<IDisposable> LockAsync(string credential, CancellationToken cancellationToken);

    /// <summary>The record; null when there is none. Needs no lock: a reader sees one whole record.</summary>
    ValueTask<SessionRecord?> ReadAsync(string credential, CancellationToken cancellationToken);

    /// <summary>Puts the record in the place of the one before, at once for every reader and safe from a crash when it returns. Needs the lock.</summary>
    ValueTask WriteAsync(string credential, SessionRecord record, CancellationToken cancellationToken);

    /// <summary>Calls <paramref name="changed"/> when another process may have written. Null when it cannot tell.</summary>
    IDisposable? Watch(string credential, Action changed);
}
