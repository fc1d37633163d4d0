namespace Rekey;

/// <summary>A credential that is kept alive, whatever its kind: what registries, refreshers, tools and children need of it.</summary>
public abstract class ManagedCredential : IAsyncDisposable
{
    private protected ManagedCredential()
    {
    }

    /// <summary>Its name in the configuration.</summary>
    public abstract string Name { get; }

    /// <summary>What it is: database, value…</summary>
    public abstract string Kind { get; }

    /// <summary>Whether the server counts as unhealthy without it.</summary>
    public abstract bool IsRequired { get; }

    /// <summary>Whether its content can change while the process runs.</summary>
    public abstract bool CanRotate { get; }

    /// <summary>Whether a refresh is under way.</summary>
    public abstract bool IsRefreshing { get; }

    /// <summary>How it is, in a picture that holds no secret.</summary>
    public abstract CredentialStatus Status { get; }

    /// <summary>When something is due next: an attempt, or the end of an observation.</summary>
    public abstract Moment? NextDue { get; }

    /// <summary>How the session stands, where the credential is one that is refreshed by using it.</summary>
    public abstract SessionStatus? Session { get; }

    /// <summary>
    /// Starts a refresh for somebody who would rather be refused than wait: null while one runs, or, with a <paramref name="wait"/>, when
    /// there have been too many lately.
    /// </summary>
    public abstract Task<RefreshResult>? TryRefresh(RefreshTrigger trigger, out TimeSpan wait);

    /// <summary>Whether a human can sign in for it.</summary>
    public abstract bool CanSignIn { get; }

    /// <summary>Obtains the newest lease. Cancelling ends the caller's wait, never the shared work.</summary>
    public abstract Task<RefreshResult> RefreshAsync(RefreshTrigger trigger, CancellationToken cancellationToken = default);

    /// <summary>A usable lease, obtained first if need be.</summary>
    public abstract ValueTask<Lease> GetLeaseAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks the service whether it accepts the lease in use. Fetches first when there is none.</summary>
    public abstract Task<Verification?> ProbeAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a sign-in, or joins the one that runs: at its own source, or at that of what it stands on. With
    /// <paramref name="opensPage"/> false the caller brings the human to the page.
    /// </summary>
    public abstract SignInJob SignIn(bool opensPage = true);

    /// <summary>Starts what is due, without waiting for it.</summary>
    public abstract void RunDue();

    /// <summary>Begins to listen for changes that the source announces.</summary>
    public abstract void BeginWatching();

    /// <summary>The clocks disagree about the time that has passed: look at the source soon.</summary>
    public abstract void Revalidate(TimeSpan within);

    /// <summary>Lets nothing new begin, gives the leases back and revokes those that can be.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>A new lease is in use.</summary>
    internal event Action<Lease>? Published;

    /// <summary>A service refused the lease in use.</summary>
    internal event Action<Lease>? LeaseRejected;

    /// <summary><see cref="NextDue"/> may have come nearer.</summary>
    internal event Action? DueChanged;

    private protected void OnPublished(Lease lease) => Published?.Invoke(lease);

    private protected void OnLeaseRejected(Lease lease) => LeaseRejected?.Invoke(lease);

    private protected void OnDueChanged() => DueChanged?.Invoke();
}
