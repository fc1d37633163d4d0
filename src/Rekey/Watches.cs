namespace Rekey;

/// <summary>The watches of several sources, ended together.</summary>
internal sealed class Watches : IDisposable
{
    private readonly IDisposable[] _watches;

    private Watches(IDisposable[] watches) => _watches = watches;

    /// <summary>Watches every source that announces changes; null when none does.</summary>
    public static IDisposable? Over<TCredential>(IEnumerable<CredentialSource<TCredential>> sources, Action changed)
        where TCredential : class, ICredential => Of(sources.Select(source => source.Watch(changed)));

    /// <summary>The watches that there are; null when there are none.</summary>
    public static IDisposable? Of(IEnumerable<IDisposable?> watches)
    {
        IDisposable[] all = [.. watches.OfType<IDisposable>()];
        return all.Length == 0 ? null : new Watches(all);
    }

    public void Dispose()
    {
        foreach (var watch in _watches)
            watch.Dispose();
    }
}
