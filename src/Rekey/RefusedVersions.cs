namespace Rekey;

/// <summary>
/// What a service refused, by fingerprint, and when it may be presented to it again. Keeps a wrong password from being tried
/// until the account locks, and a version that was rolled back from coming straight back in.
/// </summary>
internal sealed class RefusedVersions(TimeProvider time)
{
    private const int Remembered = 8;
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Why the version may not be presented now; null when it may.</summary>
    public CredentialError? Why(string fingerprint)
    {
        lock (_gate)
            return Find_NeedsLock(fingerprint) is { } entry && !entry.Until.HasCome(time) ? entry.Error : null;
    }

    public void Add(string fingerprint, CredentialError error, TimeSpan? pause = null)
    {
        lock (_gate)
        {
            var entry = Find_NeedsLock(fingerprint);
            if (entry is null)
            {
                if (_entries.Count == Remembered)
                    _entries.RemoveAt(0);
                _entries.Add(entry = new Entry(fingerprint));
            }
            entry.Refusals++;
            entry.Error = error;
            entry.Until = Moment.Now(time).Plus(pause ?? RefreshPolicy.ReverifyAfter(entry.Refusals), time);
        }
    }

    /// <summary>
    /// The service has begun to refuse this version, so that it no longer thinks as it did when it refused the others: each of them may
    /// be presented once more.
    /// </summary>
    public void Reconsider(string fingerprint)
    {
        lock (_gate)
        {
            foreach (var entry in _entries.FindAll(e => e.Fingerprint != fingerprint))
                entry.Until = Moment.Now(time);
        }
    }

    public void Forget(string fingerprint)
    {
        lock (_gate)
            _entries.RemoveAll(e => e.Fingerprint == fingerprint);
    }

    private Entry? Find_NeedsLock(string fingerprint) => _entries.Find(e => e.Fingerprint == fingerprint);

    private sealed class Entry(string fingerprint)
    {
        public string Fingerprint { get; } = fingerprint;

        public CredentialError Error { get; set; } = null!;

        public int Refusals { get; set; }

        public Moment Until { get; set; }
    }
}
