using System.Diagnostics.CodeAnalysis;

namespace Rekey;

/// <summary>
/// The state machine of one credential: serves the lease in use, obtains the next one, and never takes away what works.
/// </summary>
/// <remarks>
/// Invariants. (1) fetch, validate, verify, prepare, publish, drain, revoke: never the reverse. (2) The active lease is removed by
/// its own refusal or hard end only. (3) A lease is revoked when nothing holds it and its successor is active. (4) One refresh is
/// in flight; news that arrives meanwhile makes exactly one more. (5) Every attempt leaves a next attempt or a terminal reason.
/// </remarks>
/// <typeparam name="TCredential">What is presented to the service.</typeparam>
public sealed partial class ManagedCredential<TCredential> : ManagedCredential
    where TCredential : class, ICredential
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly CredentialOptions<TCredential> _options;
    private readonly RefreshPolicy _policy;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly RefreshFlight _flight;
    private readonly RefreshSchedule _schedule;
    private readonly RefusedVersions _refused;
    private readonly Journal _journal;
    private readonly List<ICredentialConsumer<TCredential>> _consumers = [];
    private volatile Lease<TCredential>? _active;
    private volatile Lease? _parentsNews;
    private volatile Lease? _readWith;
    private volatile TaskCompletionSource _published = NewSignal();
    private IDisposable? _watch;
    private SignInJob? _signIn;

    /// <summary>Makes a credential that has not been fetched yet.</summary>
    public ManagedCredential(CredentialOptions<TCredential> options)
    {
        _options = options;
        _policy = options.Policy;
        _time = options.Time;
        _refused = new RefusedVersions(_time);
        _journal = new Journal(options.Name, options.Logger, options.Events, _time);
        _schedule = new RefreshSchedule(_policy, _time, options.Random, OnDueChanged);
        _flight = new RefreshFlight(
            RunAsync, new RefreshPace(_policy.PaceInterval, _policy.PaceBurst, _policy.IsProgressFree, _time),
            () => new RefreshResult.Failed(CredentialErrors.Stopped(Name)), _time, OnDueChanged);
        _schedule.Within(TimeSpan.Zero);
        if (options.Parent is { } parent)
        {
            parent.Published += OnParentPublished;
            parent.LeaseRejected += OnParentRejected;
        }
    }

    /// <inheritdoc/>
    public override string Name => _options.Name;

    /// <inheritdoc/>
    public override string Kind => _options.Kind;

    /// <inheritdoc/>
    public override bool IsRequired => _options.IsRequired;

    /// <inheritdoc/>
    public override bool CanRotate => _options.Source.CanRotate;

    /// <inheritdoc/>
    public override bool IsRefreshing => _flight.IsRunning;

    /// <summary>The clocks it lives by.</summary>
    public TimeProvider Time => _time;

    /// <summary>The arithmetic it lives by.</summary>
    public RefreshPolicy Policy => _policy;

    /// <summary>The lease in use, whatever its state; null before the first one.</summary>
    public Lease<TCredential>? Active => _active;

    /// <summary>
    /// A usable lease. A fresh one is returned at once and without an allocation; a due one is returned while its refresh starts;
    /// otherwise the caller joins the refresh. Throws <see cref="CredentialException"/> when there is nothing to use.
    /// </summary>
    public ValueTask<Lease<TCredential>> GetAsync(CancellationToken cancellationToken = default) =>
        _active is { } lease && lease.IsFresh(_time) ? new(lease) : GetSlowAsync(cancellationToken);

    /// <inheritdoc/>
    public override SessionStatus? Session => _options.Source.SessionStatus;

    /// <inheritdoc/>
    public override bool CanSignIn => _options.Source.SignIn is not null || _options.Parent is { CanSignIn: true };

    /// <inheritdoc/>
    public override Task<RefreshResult>? TryRefresh(RefreshTrigger trigger, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        return Session is { IsRefreshing: true } ? null : _flight.TryRequest(trigger, out wait);
    }

    /// <inheritdoc/>
    public override async ValueTask<Lease> GetLeaseAsync(CancellationToken cancellationToken = default) =>
        await GetAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override Task<RefreshResult> RefreshAsync(RefreshTrigger trigger, CancellationToken cancellationToken = default) =>
        _flight.Request(trigger).WaitAsync(cancellationToken);

    // For those that read this credential's content, on behalf of whoever asked them.
    internal Task<RefreshResult> RefreshAsync(RefreshTrigger trigger, long asked, CancellationToken cancellationToken) =>
        _flight.Request(trigger, asked).WaitAsync(cancellationToken);

    /// <summary>
    /// Says that a service refused <paramref name="lease"/>. Ignored when a newer lease is in use already, so that a late failure
    /// never kills a fresh credential. True for the one call that made the difference.
    /// </summary>
    public bool Reject(Lease<TCredential> lease) => Reject(lease, RefreshTrigger.Rejection);

    private bool Reject(Lease<TCredential> lease, RefreshTrigger trigger)
    {
        lock (_gate)
        {
            if (_active != lease || lease.IsRejected)
                return false;
            lease.MarkRejected(true);
        }
        _refused.Reconsider(lease.Fingerprint);
        _journal.Rejected(lease);
        _schedule.Rejected();
        OnLeaseRejected(lease);
        _ = _flight.Request(trigger);
        return true;
    }

    /// <summary>
    /// Says that a service denied a permission under <paramref name="lease"/>. Several denials while the previous lease is kept
    /// ready bring that one back.
    /// </summary>
    public void ReportForbidden(Lease<TCredential> lease)
    {
        lock (_gate)
        {
            if (_active != lease || _standby is null || ++_forbidden < _policy.RollbackAfter)
                return;
            _rollbackWanted = true;
        }
        _ = _flight.Request(RefreshTrigger.Rollback);
    }

    // For those that read this credential's content and know a service that this one does not.
    internal async ValueTask<SourceAnswer<TCredential>?> FetchPendingAsync(CancellationToken cancellationToken)
    {
        if (_active is not { } active)
            return null;
        var answer = await _options.Source.FetchPendingAsync(active, cancellationToken).ConfigureAwait(false);
        if (answer is not null)
            Register(answer.Credential.Document);
        return answer;
    }

    internal CredentialError? Warning => _options.Source.Warning;

    internal CredentialError Invalid(CredentialError error) => _options.Source.Invalid(error);

    /// <summary>Lets <paramref name="consumer"/> take part in every swap from now on.</summary>
    public void Attach(ICredentialConsumer<TCredential> consumer)
    {
        lock (_gate)
            _consumers.Add(consumer);
    }

    /// <summary>Ends what <see cref="Attach"/> began.</summary>
    public void Detach(ICredentialConsumer<TCredential> consumer)
    {
        lock (_gate)
            _consumers.Remove(consumer);
    }

    /// <inheritdoc/>
    [SuppressMessage("Design", "CA1065:Do not raise exceptions in unexpected locations", Justification = "A source without sign-in is a caller's mistake.")]
    public override SignInJob SignIn(bool opensPage = true)
    {
        if (_options.Source.SignIn is not { } source)
            return _options.Parent?.SignIn(opensPage) ?? throw new CredentialException(CredentialErrors.SignInNotAvailable(Name));
        lock (_gate)
        {
            if (_signIn is { State: SignInState.Pending } running)
                return running;
            return _signIn = new SignInJob(Name, source, opensPage, SignedInAsync);
        }
    }

    /// <inheritdoc/>
    public override void BeginWatching()
    {
        lock (_gate)
            _watch ??= _options.Source.Watch(() => _ = _flight.Request(RefreshTrigger.Rotation));
    }

    /// <inheritdoc/>
    public override void Revalidate(TimeSpan within) => _schedule.Within(within);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_options.Parent is { } parent)
        {
            parent.Published -= OnParentPublished;
            parent.LeaseRejected -= OnParentRejected;
        }
        IDisposable? watch;
        SignInJob? signIn;
        lock (_gate)
        {
            (watch, _watch) = (_watch, null);
            signIn = _signIn;
        }
        watch?.Dispose();
        signIn?.Cancel();
        await _flight.StopAsync().ConfigureAwait(false);
        await Task.WhenAny(_options.Source.Settled, Task.Delay(_policy.SettleTimeout, _time)).ConfigureAwait(false);
        if (signIn is not null)
            await Task.WhenAny(signIn.Completion, Task.Delay(_policy.RevokeTimeout, _time)).ConfigureAwait(false);
        await EndSuccessionAsync().ConfigureAwait(false);
    }

    private Task<RefreshResult> SignedInAsync()
    {
        _journal.SignedIn();
        return _flight.Request(RefreshTrigger.SignIn);
    }

    private async ValueTask<Lease<TCredential>> GetSlowAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var trigger = RefreshTrigger.Demand;
        var isLate = _schedule.IsAboutToLookAgain; // others have looked, and the schedule looks again in a moment
        while (true)
        {
            var published = _published.Task;
            if (_active is { } lease && IsUsable(lease))
            {
                // Due, and still good: one refresh starts, nobody waits for it.
                if (!_flight.IsRunning && _schedule.Next is { } next && next.HasCome(_time))
                    _ = _flight.Request(RefreshTrigger.Schedule);
                return lease;
            }
            if (_schedule.Terminal is { } terminal)
                throw new CredentialException(terminal);
            if (!isLate)
            {
                var result = await _flight.Request(trigger).WaitAsync(cancellationToken).ConfigureAwait(false);
                if (result is not RefreshResult.Failed failed || _active is { } other && IsUsable(other))
                    continue;
                if (!MayPass(failed.Error) || _time.GetElapsedTime(began) >= _policy.RejectionWait)
                    throw new CredentialException(failed.Error);
            }
            isLate = false;
            await NextAttemptAsync(published, _policy.RejectionWait - _time.GetElapsedTime(began), cancellationToken).ConfigureAwait(false);
            trigger = RefreshTrigger.Schedule; // where no refresher drives it; requests on demand are paced, and this is no further one
        }
    }

    private bool IsUsable(Lease<TCredential>? lease) => lease is { IsRejected: false } && !lease.Term.IsExpired(_time);

    // Inside a rotation window the newer version is moments away, also for a source that is out of reach for one of them.
    private bool MayPass(CredentialError error) =>
        _schedule.IsInRotationWindow && (error.Code == CredentialErrors.RejectedCode || error is { Kind: FailureKind.Unavailable, Retryable: true });

    // Until something newer is in use, the next attempt is due and nobody else has made it, or the caller's time is up.
    private async Task NextAttemptAsync(Task published, TimeSpan left, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timeout = Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, over.Token);
        while (!published.IsCompleted && !timeout.IsCompleted && !IsUsable(_active) && _schedule.Next is { } next && !next.HasCome(_time))
        {
            var pause = Moment.Now(_time).Until(next, _time);
            await Task.WhenAny(published, timeout, Task.Delay(pause > ShortestWait ? pause : ShortestWait, _time, over.Token)).ConfigureAwait(false);
        }
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void OnParentPublished(Lease lease)
    {
        _parentsNews = lease;
        _ = _flight.Request(RefreshTrigger.Parent);
    }

    private void OnParentRejected(Lease lease)
    {
        if (_active is { } active && active.Parent == lease)
            Reject(active, RefreshTrigger.Parent);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
