namespace Rekey;

/// <summary>
/// Reads a credential out of another one that Rekey keeps alive: references that differ only in their field share one lease,
/// so that a pair of them never tears.
/// </summary>
/// <typeparam name="TParent">What the other credential is.</typeparam>
/// <typeparam name="TCredential">What is read out of it.</typeparam>
public sealed class DerivedSource<TParent, TCredential>(
    string reference, ManagedCredential<TParent> parent, Func<TParent, TCredential> project) : CredentialSource<TCredential>
    where TParent : class, ICredential
    where TCredential : class, ICredential
{
    private volatile Lease<TParent>? _read;

    /// <inheritdoc/>
    public override string Reference => reference;

    /// <inheritdoc/>
    public override bool CanRotate => parent.CanRotate;

    /// <summary>
    /// Whether the parent's new leases are announced by <see cref="Watch"/>: for a credential that has this source as one of
    /// several, and so is not bound to the parent as a whole.
    /// </summary>
    public bool AnnouncesParent { get; init; }

    /// <inheritdoc/>
    public override CredentialError? Warning => parent.Warning;

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) => AnnouncesParent ? new Announcement(parent, changed) : null;

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken cancellationToken)
    {
        // A schedule, a demand or the parent's own news only read what the parent has; whoever expects a change makes the parent look.
        if (request.Trigger.AsksTheSource() && !IsNews(request.Trigger))
            await parent.RefreshAsync(request.Trigger, request.Asked, cancellationToken).ConfigureAwait(false);
        var lease = await parent.GetAsync(cancellationToken).ConfigureAwait(false);
        _read = lease;
        return new SourceAnswer<TCredential>(project(lease.Credential)) { Version = lease.Version, Source = lease.Source, StandsOn = lease };
    }

    // What the parent has announced is there already: asked again, an authority that issues a new lease each time would be asked for ever.
    private bool IsNews(RefreshTrigger trigger) =>
        AnnouncesParent && trigger is RefreshTrigger.Rotation && parent.Active is { } active && !ReferenceEquals(active, _read);

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>?> FetchPendingAsync(Lease<TCredential> refused, CancellationToken cancellationToken)
    {
        var pending = await parent.FetchPendingAsync(cancellationToken).ConfigureAwait(false);
        return pending is null ? null : new SourceAnswer<TCredential>(project(pending.Credential)) { Version = pending.Version, Source = pending.Source };
    }

    /// <inheritdoc/>
    public override CredentialError Invalid(CredentialError error) => parent.Invalid(error);
}
