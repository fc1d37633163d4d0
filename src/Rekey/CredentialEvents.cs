namespace Rekey;

/// <summary>What happened lately, in memory: the oldest goes when the room is full.</summary>
public sealed class CredentialEvents(int capacity = CredentialEvents.DefaultCapacity)
{
    /// <summary>How many are kept.</summary>
    public const int DefaultCapacity = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<CredentialEvent> _events = new();

    /// <summary>How many have happened since the start, those that are no longer kept included.</summary>
    public long Total { get; private set; }

    /// <summary>Keeps one more.</summary>
    public void Add(CredentialEvent one)
    {
        lock (_gate)
        {
            Total++;
            _events.Enqueue(one);
            if (_events.Count > capacity)
                _events.Dequeue();
        }
    }

    /// <summary>The latest of one credential or of all, at most <paramref name="limit"/>, the newest first.</summary>
    public IReadOnlyList<CredentialEvent> Latest(string? credential, int limit)
    {
        lock (_gate)
            return [.. _events.Where(one => credential is null || one.Credential == credential).Reverse().Take(limit)];
    }
}
