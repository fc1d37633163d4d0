namespace Rekey.Testing.Sessions;

/// <summary>A store that several processes share, and that can be full, locked or out of reach.</summary>
public sealed class ScriptedStore : ICredentialStore
{
    private readonly MemoryCredentialStore _store = new();
    private Action? _changed;

    public bool IsReadOnly { get; set; }

    public bool IsUnreadable { get; set; }

    /// <summary>Runs before each write, with its number, counted from one.</summary>
    public Action<int>? OnWrite { get; set; }

    public int Writes { get; private set; }

    public List<SessionRecord> Written { get; } = [];

    public string Description => "in a test";

    public ValueTask<IDisposable> LockAsync(string credential, CancellationToken cancellationToken) => _store.LockAsync(credential, cancellationToken);

    public ValueTask<SessionRecord?> ReadAsync(string credential, CancellationToken cancellationToken) =>
        IsUnreadable ? throw Failure("cannot be read") : _store.ReadAsync(credential, cancellationToken);

    public async ValueTask WriteAsync(string credential, SessionRecord record, CancellationToken cancellationToken)
    {
        Writes++;
        OnWrite?.Invoke(Writes);
        if (IsReadOnly || IsUnreadable)
            throw Failure("cannot be written");
        Written.Add(record);
        await _store.WriteAsync(credential, record, cancellationToken);
    }

    public IDisposable? Watch(string credential, Action changed)
    {
        _changed = changed;
        return null;
    }

    public void Announce() => _changed?.Invoke();

    public static CredentialException Failure(string what) => new(SessionErrors.Storage($"The store {what}", "Make room."));
}
