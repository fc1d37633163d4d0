namespace Rekey;

/// <summary>
/// Finds the session to go on with: the stored one, unless the operator has put newer values in place and they work. Invariant: a stored
/// session is replaced by one that was proved, never by one that only looks newer.
/// </summary>
internal sealed class SessionBeginning<TCredential>(
    SessionSourceOptions<TCredential> options, SessionLedger ledger, SessionRefresh<TCredential> refresh)
    where TCredential : class, ICredential
{
    private const int MostSaves = 5;
    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(1);

    private readonly SessionAuthority<TCredential> _authority = options.Authority;
    private volatile SessionState? _refused;
    private volatile Task _opening = Task.CompletedTask;

    /// <summary>Whether newer values wait for a service that could not be asked about them.</summary>
    public bool IsUndecided { get; private set; }

    /// <summary>Completes when nothing is under way that must not be cut off.</summary>
    public Task Settled => _opening;

    /// <summary>The record to go on with. <paramref name="missing"/> says why there are no configured values.</summary>
    public async ValueTask<SessionRecord> OpenAsync(
        SecretDocument configured, SessionState? begun, CredentialError? missing, CancellationToken cancellationToken)
    {
        SessionRecord? record;
        try
        {
            record = await ledger.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (record is not null && IsSettled(begun, record))
            {
                IsUndecided = false;
                return record;
            }
            var opening = Task.Run(() => OpenLockedAsync(configured, begun, missing), CancellationToken.None);
            _opening = opening;
            return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (CredentialException e) when (e.Error.Code == SessionErrors.StorageCode && ledger.Last is not null)
        {
            return ledger.Last; // what is known is newer than anything configured
        }
        catch (CredentialException e) when (CanDoWithout(e.Error, begun))
        {
            // What uses nothing up can be used without a store: nothing is lost by it but the count.
            Log.WithoutStore(options.Logger, options.Credential, e.Error.Code, e.Error.Message);
            return new SessionRecord { Current = begun!, Origins = SessionOrigin.Add([], begun!) };
        }
    }

    private async Task<SessionRecord> OpenLockedAsync(SecretDocument configured, SessionState? begun, CredentialError? missing)
    {
        using var held = await ledger.LockAsync(CancellationToken.None).ConfigureAwait(false);
        var record = await ledger.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        return record is null ? await BeginAsync(begun, missing, CancellationToken.None).ConfigureAwait(false)
            : IsSettled(begun, record) ? record
            : await WeighAsync(record, configured, begun!, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Finds out whether a session could be kept, before a human goes to the trouble of signing in.</summary>
    public async Task ProveStoreAsync(CancellationToken cancellationToken)
    {
        using var held = await ledger.LockAsync(cancellationToken).ConfigureAwait(false);
        if (await ledger.ReadAsync(cancellationToken).ConfigureAwait(false) is { } record)
            await ledger.AnnounceAsync(record with { AttemptedAt = options.Time.GetUtcNow() }).ConfigureAwait(false);
    }

    /// <summary>Puts the session of a human's sign-in in the place of whatever was there; a store that is busy for a moment is waited for.</summary>
    public async Task ReplaceAsync(SessionState state)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var held = await ledger.LockAsync(CancellationToken.None).ConfigureAwait(false);
                var record = await ledger.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                var begun = state with { RefreshedAt = options.Time.GetUtcNow() };
                await ledger.SaveAsync(record is null ? new SessionRecord { Current = begun } : record with { Current = begun, Pending = null }).ConfigureAwait(false);
                return;
            }
            catch (CredentialException) when (attempt < MostSaves)
            {
                await Task.Delay(SavePause, options.Time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private bool IsSettled(SessionState? begun, SessionRecord record) =>
        begun is null || begun.HoldsSameAs(_refused) || begun.HoldsSameAs(record.Current) || SessionOrigin.IsAmong(begun, record.Origins);

    private bool CanDoWithout(CredentialError error, SessionState? begun) =>
        error.Code == SessionErrors.StorageCode && !_authority.SpendsWhatItRefreshes && begun is not null && _authority.Present(begun) is not null;

    private async ValueTask<SessionRecord> BeginAsync(SessionState? begun, CredentialError? missing, CancellationToken cancellationToken)
    {
        if (options.Import is { } import && await import(cancellationToken).ConfigureAwait(false) is { } imported)
        {
            var isUsed = begun is null || await IsRefusedAsync(imported.Current, cancellationToken).ConfigureAwait(false) is not true;
            Log.SessionBegun(options.Logger, options.Credential, isUsed ? "the file of another program" : "the configuration: the service refuses the file of the other program");
            if (isUsed)
                return await SavedAsync(begun is null ? imported : imported with { Origins = SessionOrigin.Add([], begun) }).ConfigureAwait(false);
        }
        if (begun is null)
            throw new CredentialException(missing ?? SessionErrors.SignInRequired(options.Credential));
        return await SavedAsync(new SessionRecord { Current = begun, Origins = SessionOrigin.Add([], begun) }).ConfigureAwait(false);
    }

    // The operator's values are not known to the record: they win when they work.
    private async ValueTask<SessionRecord> WeighAsync(SessionRecord record, SecretDocument configured, SessionState begun, CancellationToken cancellationToken)
    {
        IsUndecided = false;
        var isRefused = _authority.Present(begun) is null ? null : await IsRefusedAsync(begun, cancellationToken).ConfigureAwait(false);
        if (isRefused is false)
            return await TakeAsync(record, begun, begun, refreshes: 0).ConfigureAwait(false);
        try
        {
            // What cannot be shown to a service as it is proves itself by being refreshed.
            await ledger.AnnounceAsync(record with { AttemptedAt = options.Time.GetUtcNow() }).ConfigureAwait(false);
            var granted = await refresh.AskAsync(begun, configured).ConfigureAwait(false);
            return await TakeAsync(record, begun, granted with { RefreshedAt = options.Time.GetUtcNow() }, refreshes: 1).ConfigureAwait(false);
        }
        catch (CredentialException e)
        {
            IsUndecided = e.Error.Kind is FailureKind.Unavailable;
            if (!IsUndecided)
                _refused = begun;
            Log.ConfiguredRefused(options.Logger, options.Credential, e.Error.Code);
            return record;
        }
    }

    private async ValueTask<SessionRecord> TakeAsync(SessionRecord record, SessionState begun, SessionState taken, int refreshes)
    {
        Log.SessionBegun(options.Logger, options.Credential, "the configuration, which is newer");
        return await SavedAsync(record with
        {
            Current = taken,
            Pending = null,
            Refreshes = record.Refreshes + refreshes,
            Origins = SessionOrigin.Add(record.Origins, begun),
        }).ConfigureAwait(false);
    }

    // True or false when the service said so; null when it said nothing.
    private async ValueTask<bool?> IsRefusedAsync(SessionState state, CancellationToken cancellationToken)
    {
        if (_authority.Present(state) is not { } credential)
            return null;
        var verification = await _authority.VerifyAsync(credential, cancellationToken).ConfigureAwait(false);
        return verification?.Outcome switch
        {
            VerificationOutcome.Accepted => false,
            VerificationOutcome.Refused => true,
            _ => null,
        };
    }

    // A beginning that cannot be written serves all the same: the ledger keeps it and says so.
    private async ValueTask<SessionRecord> SavedAsync(SessionRecord record)
    {
        try
        {
            await ledger.SaveAsync(record).ConfigureAwait(false);
        }
        catch (CredentialException e) when (e.Error.Code == SessionErrors.StorageCode)
        {
            // It is written by the next attempt.
        }
        return record;
    }
}
