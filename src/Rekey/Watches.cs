namespace Rekey;

/// <summary>The watches of several sources, ended together.</summary>
internal sealed class Watches : IDisposable
{
    private readonly IDisposable[] _watches;

    private Watches(IDisposable[] watches) => _watches = watches;

    /// <summary>Watches every source that announces changes; null when none does.</summary>
    public static IDisposable? Over<TCredential>(IEnumerable<CredentialSource<TCredential>> sources, Action changed)
        where TCredential : class, ICredential
    {
        var watches = sources.Select(source => source.Watch(changed)).OfType<IDisposable>().ToArray();
        return watches.Length == 0 ? null : new Watches(watches);
    }

    public void Dispose()
    {
        foreach (var watch in _watches)
            watch.Dispose();
    }
}
