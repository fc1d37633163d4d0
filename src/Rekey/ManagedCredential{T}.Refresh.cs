namespace Rekey;

// One run of the refresh: obtain a candidate, prove it, hand it to the succession.
public sealed partial class ManagedCredential<TCredential>
{
    private long _issued;
    private Candidate? _parked; // obtained, not refused, and the service could not be asked about it

    /// <summary>A lease on its way in, with what its answer said beside it.</summary>
    private sealed record Candidate(Lease<TCredential> Lease, bool IsFallback);

    private async Task<RefreshResult> RunAsync(RefreshTrigger trigger, CancellationToken stopping)
    {
        // Whoever looked just before the last run ended needs no run of their own.
        if (trigger is RefreshTrigger.Demand && IsUsable(_active))
            return new RefreshResult.Unchanged(_active!);
        // Nor has the parent any news for what was read with its new lease already.
        if (trigger is RefreshTrigger.Parent && _readWith == _parentsNews)
        {
            if (IsUsable(_active))
                return new RefreshResult.Unchanged(_active!);
            if (_schedule.LastError is { } known)
                return new RefreshResult.Failed(known);
        }
        _schedule.Begin(trigger);
        try
        {
            var result = TakeRollback() || trigger is RefreshTrigger.Rollback
                ? await RollBackAsync(stopping).ConfigureAwait(false)
                : await RefreshCoreAsync(trigger, stopping).ConfigureAwait(false);
            return Succeeded(result);
        }
        catch (CredentialException e)
        {
            return Failed(e.Error);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the process is no failure of the credential: nothing is planned, and nobody is warned.
            return new RefreshResult.Failed(CredentialErrors.Stopped(Name));
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return Failed(CredentialErrors.SourceTimeout(Name, _options.Source.Reference));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A bug of a source surfaces to whoever waits and never poisons the next attempt.
            return Failed(CredentialErrors.Internal(Name, e));
        }
    }

    private RefreshResult Succeeded(RefreshResult result)
    {
        if (result is RefreshResult.Refreshed refreshed)
        {
            var isFirst = _schedule.LastSuccess is null;
            _schedule.Refreshed(refreshed.Lease.Term, PollInterval);
            _journal.Swapped(refreshed.Lease, isFirst);
        }
        else if (result is RefreshResult.Unchanged unchanged)
        {
            _schedule.Unchanged(unchanged.Lease.Term, PollInterval);
        }
        return result;
    }

    private RefreshResult.Failed Failed(CredentialError error)
    {
        var isNews = _schedule.LastError?.Code != error.Code;
        // Said again and again, the first time counts: the end only ever comes nearer, until the source answers again.
        if ((error.IsWithdrawal || (error.IsAbsence && _policy.AbsenceWithdraws)) && _active is { } active)
            active.Extend(active.Term.EndingBy(Moment.Now(_time).Plus(_policy.RevocationLatency, _time)));
        // A service that gives no answer is asked more and more rarely, however cheap the source is.
        _schedule.Failed(error, _active, _parked is null ? _options.Source.RetryInterval : null);
        _journal.Failed(error, _schedule.Failures, isNews, isRenewal: _active is { Term.IsRenewable: true } || SessionIsInUse);
        return new RefreshResult.Failed(error);
    }

    private async Task<RefreshResult> RefreshCoreAsync(RefreshTrigger trigger, CancellationToken stopping)
    {
        if (trigger is RefreshTrigger.Schedule && await ContinueAsync(_active, stopping).ConfigureAwait(false) is { } continued)
            return continued;

        var candidate = await ObtainAsync(trigger, stopping).ConfigureAwait(false);
        try
        {
            return await TakeAsync(candidate, stopping).ConfigureAwait(false);
        }
        catch (CredentialException e) when (e.Error.Code == CredentialErrors.RejectedCode)
        {
            // In the middle of a rotation the service knows the next version before the source calls it the current one.
            if (await PendingAsync(candidate.Lease, stopping).ConfigureAwait(false) is not { } pending)
                throw;
            return await TakeAsync(pending, stopping).ConfigureAwait(false);
        }
    }

    // Whatever ends the attempt, a shutdown or a verifier that breaks: what is neither in use nor kept for a later proof is given back.
    private async Task<RefreshResult> TakeAsync(Candidate candidate, CancellationToken stopping)
    {
        var active = _active;
        var lease = candidate.Lease;
        var isSame = active is not null && active.Fingerprint == lease.Fingerprint && active.LeaseId == lease.LeaseId;
        if (isSame && !active!.IsRejected)
            return Keep(active, candidate);
        try
        {
            await ProveAsync(candidate, active, isSame, stopping).ConfigureAwait(false);
            if (!isSame)
                await SwapAsync(lease, candidate.IsFallback, stopping).ConfigureAwait(false);
        }
        catch when (_active != lease && _parked != candidate)
        {
            Discard(lease, revoke: !isSame);
            throw;
        }
        if (!isSame)
            return new RefreshResult.Refreshed(lease);
        active!.MarkRejected(false);
        WakeWaiters();
        return Keep(active, candidate);
    }

    // A version that was rolled back is better than none; one that the service refuses is not.
    private bool IsLastResort(Lease<TCredential>? active, CredentialError reason) =>
        reason.Code == CredentialErrors.RolledBackCode && (active is null || !active.IsFresh(_time));

    private RefreshResult.Unchanged Keep(Lease<TCredential> active, Candidate candidate)
    {
        // The same end told again is no extension: what is left of a life must not become a whole one with a due time of its own.
        if (candidate.Lease.Term.Expires is not { } end || active.Term.Expires?.Wall != end.Wall)
            active.Extend(candidate.Lease.Term);
        if (candidate.Lease.Parent is { } parent)
            active.StandOn(parent);
        _isFallback = candidate.IsFallback;
        Discard(candidate.Lease, revoke: false);
        return new RefreshResult.Unchanged(active);
    }

    private TimeSpan? PollInterval => _active is { } active ? _options.Source.PollIntervalOf(active) : _options.Source.PollInterval;

    // A poll finds a lease that is not due: its issuer has nothing to say about it, and another one would only use up logins.
    private async Task<RefreshResult?> ContinueAsync(Lease<TCredential>? active, CancellationToken stopping)
    {
        if (active is not { LeaseId: not null } || !active.IsFresh(_time) || _schedule.Failures > 0)
            return await RenewAsync(active, stopping).ConfigureAwait(false);
        var hasNews = await Bounded(token => _options.Source.HasNewsAsync(active, token), _policy.FetchTimeout, stopping).ConfigureAwait(false);
        return hasNews ? null : new RefreshResult.Unchanged(active);
    }

    private async Task<RefreshResult?> RenewAsync(Lease<TCredential>? active, CancellationToken stopping)
    {
        if (active is not { IsRejected: false, Term.IsRenewable: true } || active.Term.IsExpired(_time))
            return null;
        var asked = Moment.Now(_time);
        SourceAnswer<TCredential>? answer;
        try
        {
            answer = await Bounded(token => _options.Source.RenewAsync(active, token), _policy.FetchTimeout, stopping).ConfigureAwait(false);
        }
        catch (CredentialException e) when (e.Error.Kind is FailureKind.Refused)
        {
            return null; // The lease is gone at its issuer: a new one is fetched at once.
        }
        if (answer is null)
            return null;
        active.Extend(TermOf(answer, asked, active.Parent));
        // An extension that falls short announces the maximum: replace while plenty is left.
        if (answer.IsTruncated || !answer.IsRenewable)
            return null;
        _journal.Renewed(active);
        return new RefreshResult.Unchanged(active);
    }

    private bool SessionIsInUse => _active is not null && Session is { NotRefreshable: null };

    private async Task<Candidate> ObtainAsync(RefreshTrigger trigger, CancellationToken stopping)
    {
        if (Interlocked.Exchange(ref _parked, null) is { } parked)
        {
            // Whoever expects a change reads anew, and where reading costs nothing everybody; the others verify what is already here.
            if (!trigger.WantsNewReading() && _options.Source.RetryInterval is null && !parked.Lease.Term.IsExpired(_time))
                return parked;
            Discard(parked.Lease);
        }

        var parent = await ParentLeaseAsync(stopping).ConfigureAwait(false);
        var asked = Moment.Now(_time);
        var request = new FetchRequest<TCredential>(trigger, _active) { KeepsCurrent = IsUsable(_active) && !_isFallback, Asked = _flight.Asked };
        var answer = await FetchAsync(request, stopping).ConfigureAwait(false);
        return CandidateOf(answer, asked, answer.StandsOn ?? parent);
    }

    // What the source cannot say about a pending version is no news beside the refusal of the current one.
    private async Task<Candidate?> PendingAsync(Lease<TCredential> refused, CancellationToken stopping)
    {
        var asked = Moment.Now(_time);
        try
        {
            var answer = await Bounded(
                token => _options.Source.FetchPendingAsync(refused, token), _policy.FetchTimeout, stopping, late => GiveBackLate(late)).ConfigureAwait(false);
            return answer is null ? null : CandidateOf(answer, asked, answer.StandsOn ?? refused.Parent);
        }
        catch (Exception e) when (e is CredentialException or TimeoutException)
        {
            return null;
        }
    }

    private Candidate CandidateOf(SourceAnswer<TCredential> answer, Moment asked, Lease? parent)
    {
        Register(answer.Credential.Document);
        _readWith = parent;
        if ((answer.Bond ?? _options.ParentBond) is ParentBond.Access)
            parent = null;
        var lease = LeaseOf(answer, asked, parent);
        if (lease.Term.IsExpired(_time))
        {
            Discard(lease);
            throw new CredentialException(CredentialErrors.AlreadyExpired(Name));
        }
        if (parent is not null)
            lease.StandOn(parent);
        return new Candidate(lease, answer.IsFallback);
    }

    private Task<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken stopping) =>
        Bounded(token => _options.Source.FetchAsync(request, token), _policy.FetchTimeout, stopping, GiveBackLate);

    // An answer after its time is not used; a lease in it is given back so that none leaks.
    private void GiveBackLate(SourceAnswer<TCredential>? answer)
    {
        if (answer?.LeaseId is null)
            return;
        Register(answer.Credential.Document);
        Discard(LeaseOf(answer, Moment.Now(_time), parent: null));
    }

    private Lease<TCredential> LeaseOf(SourceAnswer<TCredential> answer, Moment asked, Lease? parent)
    {
        var fingerprint = Fingerprint.Of(answer.Credential.Document);
        return new Lease<TCredential>(
            answer.Credential, Interlocked.Increment(ref _issued), TermOf(answer, asked, parent),
            answer.Version ?? fingerprint, fingerprint, answer.Source ?? _options.Source.Reference)
        {
            LeaseId = answer.LeaseId,
            Granted = answer.TimeToLive is { Ticks: > 0 } life ? life : null,
            IsVerified = answer.IsVerified,
        };
    }

    private async Task<Lease?> ParentLeaseAsync(CancellationToken stopping)
    {
        if (_options.Parent is not { } parent)
            return null;
        try
        {
            return await Bounded(parent.GetLeaseAsync, _policy.FetchTimeout, stopping).ConfigureAwait(false);
        }
        catch (CredentialException e)
        {
            throw new CredentialException(CredentialErrors.ParentFailed(Name, parent.Name, e.Error));
        }
    }

    private void Register(SecretDocument document)
    {
        if (!_options.IsSensitive || _options.Secrets is not { } registry)
            return;
        foreach (var (field, value) in document.SensitiveValues())
            registry.Register(Name, field, value);
    }

    private LeaseTerm TermOf(SourceAnswer<TCredential> answer, Moment asked, Lease? parent)
    {
        Moment? end = answer.TimeToLive is { Ticks: > 0 } life ? asked.Plus(life, _time) : null;
        if (answer.ExpiresAt is { } at)
            end = Earlier(end, asked.Plus(at - asked.Wall, _time));
        if (parent?.Term.Expires is { } parentEnd)
            end = Earlier(end, parentEnd);
        Moment? due = end is { } hard
            ? asked.Plus(_policy.DueAfter(hard.Wall - asked.Wall, answer.IsRenewable, _schedule.Spread), _time)
            : null;
        if (answer.ChangesIn is { Ticks: > 0 } change)
            due = Earlier(due, asked.Plus(change, _time));
        return new LeaseTerm(asked, end, due, answer.IsRenewable);
    }

    private static Moment Earlier(Moment? one, Moment other) => one is { } first && first.Wall <= other.Wall ? first : other;

    // The limit holds even for work that ignores its token: what comes late is dropped, or handed to whoever must give it back.
    private async Task<T> Bounded<T>(
        Func<CancellationToken, ValueTask<T>> work, TimeSpan limit, CancellationToken stopping, Action<T>? late = null)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var task = Task.Run(() => work(attempt.Token).AsTask(), CancellationToken.None);
        try
        {
            return await task.WaitAsync(limit, _time, stopping).ConfigureAwait(false);
        }
        catch
        {
            // The work may end in the very moment its time is up: whatever it has made by now is given back too.
            await attempt.CancelAsync().ConfigureAwait(false);
            _ = DropLateAsync(task, late);
            throw;
        }
    }

    private static async Task DropLateAsync<T>(Task<T> task, Action<T>? late)
    {
        await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompletedSuccessfully)
            late?.Invoke(await task.ConfigureAwait(false));
    }
}
