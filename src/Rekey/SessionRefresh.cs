namespace Rekey;

/// <summary>
/// Refreshes a session, once over all processes. Invariants: (1) the authority is asked by the holder of the store's lock alone, after it has
/// read the record again; (2) nothing is spent whose successor could not be kept, unless nothing else works any longer; (3) what is
/// granted is written before it is proved, proved before it becomes current, and never discarded while it is the only one that can be
/// refreshed; (4) a refresh that has begun is never cut off: cancelling ends the wait.
/// </summary>
internal sealed class SessionRefresh<TCredential>(SessionSourceOptions<TCredential> options, SessionLedger ledger)
    where TCredential : class, ICredential
{
    private const int MostAttempts = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10); // what a tool's caller waits
    private static readonly TimeSpan LongestPatience = TimeSpan.FromHours(1); // whatever a header says
    private static readonly TimeSpan LatestAttempt = TimeSpan.FromSeconds(20); // the lock is given back before others give up on it

    private readonly Lock _gate = new();
    private readonly Journal _journal = new(options.Credential, options.Logger, options.Events, options.Time);
    private readonly SessionAuthority<TCredential> _authority = options.Authority;
    private readonly TimeProvider _time = options.Time;
    private Task<SessionRecord>? _running;
    private Moment? _quietUntil;

    public bool IsRunning
    {
        get
        {
            lock (_gate)
                return _running is { IsCompleted: false };
        }
    }

    public Task Settled
    {
        get
        {
            lock (_gate)
                return _running ?? Task.CompletedTask;
        }
    }

    /// <summary>
    /// A newer session than <paramref name="known"/>, or the one that another process has obtained. With <paramref name="isLastResort"/> nothing
    /// else works: a store that cannot be written is then no reason to stop.
    /// </summary>
    public Task<SessionRecord> RunAsync(SessionRecord known, SecretDocument configured, bool isLastResort, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_running is not { IsCompleted: false })
                _running = Task.Run(() => RefreshAsync(known, configured, isLastResort), CancellationToken.None);
            return _running.WaitAsync(cancellationToken);
        }
    }

    private async Task<SessionRecord> RefreshAsync(SessionRecord known, SecretDocument configured, bool isLastResort)
    {
        ThrowIfTooSoon();
        using var held = await LockAsync(isLastResort).ConfigureAwait(false);
        var began = _time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            _journal.AttemptBegins(attempt, MostAttempts);
            try
            {
                var (record, isOurs) = await AttemptAsync(known, configured, isLastResort).ConfigureAwait(false);
                if (isOurs)
                    _journal.SessionRefreshed(attempt, record.Refreshes);
                else
                    Log.SessionOfAnother(options.Logger, options.Credential);
                return record;
            }
            catch (CredentialException e)
            {
                var pause = PauseAfter(attempt, e.Error, _time.GetElapsedTime(began));
                _journal.AttemptFailed(attempt, e.Error, pause);
                if (pause is not { } wait)
                    throw;
                await Task.Delay(wait, _time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task<(SessionRecord Record, bool IsOurs)> AttemptAsync(SessionRecord known, SecretDocument configured, bool isLastResort)
    {
        var isOurs = ledger.HasUnsaved;
        await KeepAsync(ledger.SaveKeptAsync(), isLastResort).ConfigureAwait(false);
        var record = await ledger.ReadAsync(CancellationToken.None).ConfigureAwait(false) ?? known;
        var from = record.Current;
        // Another process came first, be it that its authority issued the same once more.
        if ((!from.HoldsSameAs(known.Current) || from.IsRefreshedAfter(known.Current.RefreshedAt)) && Serves(from))
            return (record, isOurs);
        if (record.Pending is { } pending)
        {
            // Left by a process that died, or by an attempt whose proof had no answer.
            if (await ProveAsync(record, isLastResort).ConfigureAwait(false) is { } proved)
                return (proved, true);
            (record, from) = _authority.SpendsWhatItRefreshes ? (record, pending) : (record with { Pending = null }, from);
        }
        record = record with { AttemptedAt = _time.GetUtcNow() };
        await KeepAsync(ledger.AnnounceAsync(record), isLastResort).ConfigureAwait(false);
        var granted = await AskAsync(from, configured).ConfigureAwait(false);
        record = record with { Pending = granted with { RefreshedAt = _time.GetUtcNow() } };
        await KeepAsync(ledger.SaveAsync(record), isLastResort).ConfigureAwait(false);
        var proven = await ProveAsync(record, isLastResort).ConfigureAwait(false)
            ?? throw new CredentialException(SessionErrors.InvalidResponse(_authority.Reference, "what it granted cannot be used"));
        return (proven, true);
    }

    // The record with the pending session in use; null when it cannot be presented, or the service refuses it.
    private async Task<SessionRecord?> ProveAsync(SessionRecord record, bool isLastResort)
    {
        var pending = record.Pending!;
        var verification = _authority.Present(pending) is { } credential
            ? await _authority.VerifyAsync(credential, CancellationToken.None).ConfigureAwait(false)
            : Verification.Refused();
        switch (verification?.Outcome)
        {
            case VerificationOutcome.Indeterminate:
                throw new CredentialException(verification.Error ?? SessionErrors.Network(_authority.Reference, "the service could not be asked about the newer session"));
            case VerificationOutcome.Refused:
                if (!_authority.SpendsWhatItRefreshes)
                    await KeepAsync(ledger.SaveAsync(record with { Pending = null }), isLastResort).ConfigureAwait(false);
                return null;
            default:
                var proved = record with { Current = pending, Pending = null, Refreshes = record.Refreshes + 1 };
                await KeepAsync(ledger.SaveAsync(proved), isLastResort).ConfigureAwait(false);
                return proved;
        }
    }

    private static async Task KeepAsync(ValueTask writing, bool isLastResort)
    {
        try
        {
            await writing.ConfigureAwait(false);
        }
        catch (CredentialException e) when (isLastResort && e.Error.Code == SessionErrors.StorageCode)
        {
            // The ledger keeps it in memory and says so.
        }
    }

    /// <summary>Asks the authority once, unless it asked for patience. Needs the lock.</summary>
    public async Task<SessionState> AskAsync(SessionState state, SecretDocument configured)
    {
        ThrowIfTooSoon();
        try
        {
            return await _authority.RefreshAsync(state, configured, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CredentialException e) when (e.Error.RetryAfter is { } asked)
        {
            var wait = asked < LongestPatience ? asked : LongestPatience;
            if (e.Error.Code == SessionErrors.RateLimitedCode && wait > Budget)
                _quietUntil = Moment.Now(_time).Plus(wait, _time);
            throw new CredentialException(e.Error with { RetryAfter = wait });
        }
    }

    private async Task<IDisposable?> LockAsync(bool isLastResort)
    {
        try
        {
            return await ledger.LockAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (CredentialException e) when (isLastResort && !_authority.SpendsWhatItRefreshes && e.Error.Code == SessionErrors.StorageCode)
        {
            return null; // what is not used up needs no order
        }
    }

    private bool Serves(SessionState state) => _authority.Present(state) is not null;

    private TimeSpan? PauseAfter(int attempt, CredentialError error, TimeSpan elapsed)
    {
        if (!error.Retryable || attempt == MostAttempts || elapsed > LatestAttempt || error.RetryAfter > Budget - elapsed)
            return null;
        var pause = FirstPause * Math.Pow(2, attempt - 1) * (0.75 + (0.5 * options.Random.NextDouble()));
        return error.RetryAfter > pause ? error.RetryAfter : pause;
    }

    // The authority asked for patience, and whoever asks is no reason for less.
    private void ThrowIfTooSoon()
    {
        if (_quietUntil is { } until && !until.HasCome(_time))
            throw new CredentialException(SessionErrors.RateLimited(_authority.Reference, Moment.Now(_time).Until(until, _time)));
    }
}
