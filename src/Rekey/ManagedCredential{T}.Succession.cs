namespace Rekey;

// How one lease follows another: prepare the consumers, publish, keep the old one ready to come back, let go of it, revoke it.
public sealed partial class ManagedCredential<TCredential>
{
    private readonly Dictionary<Lease<TCredential>, Task> _draining = [];
    private readonly List<Task> _revocations = []; // of leases that were never used: the end waits for these too
    private Lease<TCredential>? _standby;
    private Moment _observedUntil;
    private bool _rollbackWanted;
    private bool _isFallback;
    private bool _isDisposed;
    private int _forbidden;
    private long _ended;

    /// <inheritdoc/>
    public override Moment? NextDue
    {
        get
        {
            var attempt = _schedule.Next;
            lock (_gate)
                return _standby is null || attempt is { } next && next.Timestamp <= _observedUntil.Timestamp ? attempt : _observedUntil;
        }
    }

    /// <inheritdoc/>
    public override void RunDue()
    {
        Lease<TCredential>? observed = null;
        lock (_gate)
        {
            if (_standby is not null && _observedUntil.HasCome(_time))
                (observed, _standby) = (_standby, null);
        }
        if (observed is not null)
            Retire(observed);
        if (_schedule.Next is { } next && next.HasCome(_time) && !_flight.IsRunning)
            _ = _flight.Request(RefreshTrigger.Schedule);
    }

    private async Task SwapAsync(Lease<TCredential> next, bool isFallback, CancellationToken stopping)
    {
        var prepared = await PrepareAsync(next, stopping).ConfigureAwait(false);
        Lease<TCredential>? old, forgotten, retired = null;
        lock (_gate)
        {
            (old, forgotten) = (_active, _standby);
            _active = next;
            _standby = null;
            _forbidden = 0;
            _rollbackWanted = false;
            _isFallback = isFallback;
            if (CanComeBack(old))
                (_standby, _observedUntil) = (old, Moment.Now(_time).Plus(_policy.ObserveWindow, _time));
            else
                retired = old;
        }
        Announce(next, prepared);
        Retire(forgotten);
        Retire(retired);
    }

    private bool CanComeBack(Lease<TCredential>? old) =>
        IsUsable(old) && _policy.ObserveWindow > TimeSpan.Zero;

    private async Task<RefreshResult> RollBackAsync(CancellationToken stopping)
    {
        Lease<TCredential>? doubted, standby;
        lock (_gate)
        {
            (doubted, standby) = (_active, _standby);
            _standby = null;
        }
        List<IPreparedLease> prepared;
        try
        {
            prepared = await PrepareToReturnAsync(standby, stopping).ConfigureAwait(false);
        }
        catch
        {
            Retire(standby);
            throw;
        }
        var reason = CredentialErrors.RolledBack(Name);
        _refused.Add(doubted!.Fingerprint, reason, _policy.PollInterval);
        lock (_gate)
            _active = standby;
        _journal.RolledBack(standby!);
        Announce(standby!, prepared);
        Retire(doubted);
        throw new CredentialException(reason);
    }

    // The previous lease is proved again before it returns: in a single-user rotation its password is dead.
    private async Task<List<IPreparedLease>> PrepareToReturnAsync(Lease<TCredential>? standby, CancellationToken stopping)
    {
        if (!CanComeBack(standby))
            throw new CredentialException(CredentialErrors.NoStandby(Name));
        if (_options.Verifier is not null)
        {
            var verification = await AskServiceAsync(standby!.Credential, _policy.VerifyAttempts, stopping).ConfigureAwait(false);
            if (verification.Outcome is not VerificationOutcome.Accepted)
                throw new CredentialException(CredentialErrors.NoStandby(Name));
        }
        return await PrepareAsync(standby!, stopping).ConfigureAwait(false);
    }

    private bool TakeRollback()
    {
        lock (_gate)
        {
            var wanted = _rollbackWanted;
            _rollbackWanted = false;
            return wanted;
        }
    }

    private async Task<List<IPreparedLease>> PrepareAsync(Lease<TCredential> lease, CancellationToken stopping)
    {
        ICredentialConsumer<TCredential>[] consumers;
        lock (_gate)
            consumers = [.. _consumers];
        var prepared = new List<IPreparedLease>(consumers.Length);
        foreach (var consumer in consumers)
        {
            try
            {
                prepared.Add(await Bounded(token => consumer.PrepareAsync(lease, token), _policy.PrepareTimeout, stopping, AbortLate).ConfigureAwait(false));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Log.ConsumerNotReady(_options.Logger, Name, consumer.Name, (e as CredentialException)?.Error.Code ?? e.GetType().Name);
                if (!consumer.IsRequired && !stopping.IsCancellationRequested)
                    continue;
                await AbortAsync(prepared).ConfigureAwait(false);
                stopping.ThrowIfCancellationRequested();
                throw new CredentialException(CredentialErrors.ConsumerNotReady(Name, consumer.Name));
            }
        }
        return prepared;
    }

    private void AbortLate(IPreparedLease prepared) => _ = AbortAsync([prepared]);

    private async Task AbortAsync(List<IPreparedLease> prepared)
    {
        foreach (var one in prepared)
        {
            try
            {
                await one.AbortAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Log.AbortFailed(_options.Logger, Name, e.GetType().Name);
            }
        }
    }

    private void Announce(Lease<TCredential> lease, List<IPreparedLease> prepared)
    {
        foreach (var one in prepared)
            one.Commit();
        WakeWaiters();
        OnPublished(lease);
    }

    private void WakeWaiters()
    {
        var waiters = _published;
        _published = NewSignal();
        waiters.TrySetResult();
    }

    // The lease will not come back: its consumers drain, and the last of them to let go ends it.
    private void Retire(Lease<TCredential>? lease)
    {
        if (lease is null)
            return;
        ICredentialConsumer<TCredential>[] consumers;
        lock (_gate)
        {
            _draining.Add(lease, EndAsync(lease));
            consumers = [.. _consumers];
        }
        foreach (var consumer in consumers)
            consumer.Release(lease);
        lease.Release();
    }

    private async Task EndAsync(Lease<TCredential> lease)
    {
        await lease.Released.ConfigureAwait(false);
        _journal.Drained(lease);
        await RevokeAsync(lease).ConfigureAwait(false);
        lock (_gate)
            _draining.Remove(lease);
        Interlocked.Increment(ref _ended); // discarded leases are counted outside the gate
    }

    private void Discard(Lease<TCredential> lease, bool revoke = true)
    {
        lease.Release();
        Interlocked.Increment(ref _ended);
        if (!revoke)
        {
            lease.LeaveParent();
            return;
        }
        var revocation = RevokeAsync(lease);
        lock (_gate)
        {
            _revocations.RemoveAll(static one => one.IsCompleted);
            _revocations.Add(revocation);
        }
    }

    private async Task RevokeAsync(Lease<TCredential> lease)
    {
        try
        {
            if (!_options.Source.CanRevoke || lease.LeaseId is null || lease.Term.IsExpired(_time))
                return;
            await Bounded(
                async token =>
                {
                    await _options.Source.RevokeAsync(lease, token).ConfigureAwait(false);
                    return true;
                },
                _policy.RevokeTimeout, CancellationToken.None).ConfigureAwait(false);
            _journal.Revoked(lease);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Its time to live ends it; the failure is told, not repeated.
            Log.RevokeFailed(_options.Logger, Name, lease.Fingerprint, (e as CredentialException)?.Error.Code ?? e.GetType().Name);
        }
        finally
        {
            lease.LeaveParent();
        }
    }

    private async Task EndSuccessionAsync()
    {
        Lease<TCredential>? active, standby;
        Task[] ends;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            (active, standby) = (_active, _standby);
            (_active, _standby) = (null, null);
        }
        if (Interlocked.Exchange(ref _parked, null) is { } parked)
            Discard(parked.Lease);
        Retire(standby);
        Retire(active);
        lock (_gate)
            ends = [.. _draining.Values, .. _revocations];
        // What somebody still holds is left to its time to live.
        await Task.WhenAny(Task.WhenAll(ends), Task.Delay(_policy.RevokeTimeout, _time)).ConfigureAwait(false);
    }
}
