namespace Rekey;

/// <summary>
/// When a credential is looked at next. Invariant: after every attempt either <see cref="Next"/> is set or
/// <see cref="Terminal"/> says why nothing is tried until a human, a change or an event asks.
/// </summary>
internal sealed class RefreshSchedule(RefreshPolicy policy, TimeProvider time, Random random, Action changed)
{
    private readonly Lock _gate = new();
    private readonly double _spread = random.NextDouble();
    private Moment? _windowBegan;
    private Moment? _changeAnnounced;
    private int _quickAttempts;

    public Moment? Next { get; private set; }

    public CredentialError? Terminal { get; private set; }

    public CredentialError? LastError { get; private set; }

    public int Failures { get; private set; }

    public DateTimeOffset? LastAttempt { get; private set; }

    public DateTimeOffset? LastSuccess { get; private set; }

    public double Spread => _spread;

    /// <summary>An attempt begins. Whoever asks may know more than the reason that stopped the schedule.</summary>
    public void Begin(RefreshTrigger trigger)
    {
        lock (_gate)
        {
            LastAttempt = time.GetUtcNow();
            // A parent's news is read at once and as it is: it cannot be late.
            if (trigger is RefreshTrigger.Rotation)
                _changeAnnounced = Moment.Now(time);
        }
    }

    /// <summary>A new version is in use.</summary>
    public void Refreshed(LeaseTerm term, TimeSpan? poll)
    {
        lock (_gate)
        {
            _changeAnnounced = null;
            Succeed_NeedsLock(term, poll);
        }
        changed();
    }

    /// <summary>The version in use is the source's. After an announced change it may only not have arrived yet.</summary>
    public void Unchanged(LeaseTerm term, TimeSpan? poll)
    {
        lock (_gate)
        {
            var attempt = _quickAttempts + 1;
            Succeed_NeedsLock(term, poll);
            if (IsWithin_NeedsLock(_changeAnnounced, policy.PropagationWindow))
            {
                _quickAttempts = attempt;
                Soonest_NeedsLock(RefreshPolicy.QuickRetryAfter(attempt));
            }
            else
            {
                _changeAnnounced = null;
            }
        }
        changed();
    }

    /// <summary>
    /// The attempt failed; <paramref name="active"/> is what still works, if anything does, and <paramref name="longest"/> the longest
    /// pause before the next.
    /// </summary>
    public void Failed(CredentialError error, Lease? active, TimeSpan? longest)
    {
        lock (_gate)
        {
            Failures++;
            LastError = error;
            if (error.Kind is FailureKind.NeedsUser)
            {
                Terminal = error;
                Next = null;
            }
            else
            {
                Terminal = null;
                var term = active?.Term;
                Set_NeedsLock(RefreshPolicy.RetryAfter(
                    Failures, term?.Life, term?.Remaining(time), error.RetryAfter, random.NextDouble(), longest));
                if (error.Code == CredentialErrors.RejectedCode && error.RetryAfter is null)
                {
                    _windowBegan ??= Moment.Now(time);
                    if (IsWithin_NeedsLock(_windowBegan, policy.RotationWindow))
                        Soonest_NeedsLock(RefreshPolicy.QuickRetryAfter(++_quickAttempts));
                }
            }
        }
        changed();
    }

    /// <summary>A version in use is refused from now on: the window of a single-user rotation may have begun.</summary>
    public void Rejected()
    {
        lock (_gate)
            _windowBegan ??= Moment.Now(time);
    }

    /// <summary>Look again within <paramref name="pause"/>, whatever was planned.</summary>
    public void Within(TimeSpan pause)
    {
        lock (_gate)
        {
            if (Terminal is null)
                Soonest_NeedsLock(pause);
        }
        changed();
    }

    /// <summary>Whether a newer version can be expected any moment.</summary>
    public bool IsInRotationWindow
    {
        get
        {
            lock (_gate)
                return IsWithin_NeedsLock(_windowBegan, policy.RotationWindow);
        }
    }

    /// <summary>Whether the source has answered with nothing but what the service refuses, and is asked again in a moment.</summary>
    public bool IsAboutToLookAgain
    {
        get
        {
            lock (_gate)
            {
                return LastError?.Code == CredentialErrors.RejectedCode && IsWithin_NeedsLock(_windowBegan, policy.RotationWindow)
                    && Next is { } next && !next.HasCome(time);
            }
        }
    }

    private void Succeed_NeedsLock(LeaseTerm term, TimeSpan? poll)
    {
        Failures = 0;
        _quickAttempts = 0;
        _windowBegan = null;
        LastError = null;
        Terminal = null;
        LastSuccess = time.GetUtcNow();
        // Without an end the source is polled; with one it is polled only when it says so.
        var interval = poll ?? (term.HasDue ? null : policy.PollInterval);
        if (interval is { } each)
            Set_NeedsLock(RefreshPolicy.PollAfter(each, random.NextDouble()));
        else
            Next = term.Due;
        if (term.HasDue && Next is { } next && Moment.Now(time).Until(term.Due, time) < Moment.Now(time).Until(next, time))
            Next = term.Due;
    }

    private void Set_NeedsLock(TimeSpan pause) => Next = Moment.Now(time).Plus(pause, time);

    private void Soonest_NeedsLock(TimeSpan pause)
    {
        var sooner = Moment.Now(time).Plus(pause, time);
        if (Next is not { } next || sooner.Timestamp < next.Timestamp)
            Next = sooner;
    }

    private bool IsWithin_NeedsLock(Moment? since, TimeSpan span) =>
        since is { } start && time.GetElapsedTime(start.Timestamp) < span;
}
