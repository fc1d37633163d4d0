namespace Rekey.Testing.Sessions;

/// <summary>A store that several processes share, and that can be full, locked or out of reach.</summary>
public sealed class ScriptedStore : ICredentialStore
{
    private MemoryCredentialStore _store = new();
    private Action? _changed;
    private int _locksAsked;

    public bool IsReadOnly { get; set; }

    public bool IsUnreadable { get; set; }

    /// <summary>Runs before each write, with its number, counted from one.</summary>
    public Action<int>? OnWrite { get; set; }

    public int Writes { get; private set; }

    /// <summary>How often the lock was asked for.</summary>
    public int LocksAsked => Volatile.Read(ref _locksAsked);

    public List<SessionRecord> Written { get; } = [];

    public string Description => "in a test";

    public ValueTask<IDisposable> LockAsync(string credential, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _locksAsked);
        return _store.LockAsync(NameOf(credential), cancellationToken);
    }

    public ValueTask<SessionRecord?> ReadAsync(string credential, CancellationToken cancellationToken) =>
        IsUnreadable ? throw Failure("cannot be read") : _store.ReadAsync(NameOf(credential), cancellationToken);

    public async ValueTask WriteAsync(string credential, SessionRecord record, CancellationToken cancellationToken)
    {
        Writes++;
        OnWrite?.Invoke(Writes);
        if (IsReadOnly || IsUnreadable)
            throw Failure("cannot be written");
        Written.Add(record);
        await _store.WriteAsync(NameOf(credential), record, cancellationToken);
    }

    public IDisposable? Watch(string credential, Action changed)
    {
        _changed = changed;
        return null;
    }

    // Tests know one authority: they need not know how records are named by theirs.
    private static string NameOf(string record) => record.Split('.')[0];

    /// <summary>Somebody deletes the file.</summary>
    public void Clear() => _store = new MemoryCredentialStore();

    public void Announce() => _changed?.Invoke();

    public static CredentialException Failure(string what) => new(SessionErrors.Storage($"The store {what}", "Make room."));
}
