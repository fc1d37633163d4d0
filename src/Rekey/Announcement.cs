namespace Rekey;

/// <summary>Tells of a parent's new leases to whoever is not bound to it as a whole.</summary>
internal sealed class Announcement : IDisposable
{
    private readonly ManagedCredential _parent;
    private readonly Action _changed;

    public Announcement(ManagedCredential parent, Action changed)
    {
        (_parent, _changed) = (parent, changed);
        parent.Published += OnPublished;
    }

    public void Dispose() => _parent.Published -= OnPublished;

    private void OnPublished(Lease lease) => _changed();
}
