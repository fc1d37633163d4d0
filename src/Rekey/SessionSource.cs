namespace Rekey;

/// <summary>
/// A session that is refreshed by using it, as a source: what the store has, begun with the operator's values or by a human, and
/// refreshed when it is due, refused, or asked for. While a refresh fails, what works stays the answer.
/// </summary>
/// <typeparam name="TCredential">What the session is presented as.</typeparam>
public sealed class SessionSource<TCredential> : CredentialSource<TCredential>
    where TCredential : class, ICredential
{
    private static readonly TimeSpan LongestPoll = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConfiguredPoll = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SoonPoll = TimeSpan.FromMinutes(1);

    private readonly SessionSourceOptions<TCredential> _options;
    private readonly SessionAuthority<TCredential> _authority;
    private readonly SessionLedger _ledger;
    private readonly SessionRefresh<TCredential> _refresh;
    private readonly SessionBeginning<TCredential> _beginning;
    private volatile CredentialError? _whyNot;
    private volatile SessionState? _begun;
    private volatile bool _isOver;
    private DateTimeOffset? _deliveredAt;
    private int _failures;
    private int _saidMissing;

    /// <summary>Makes the source of one session.</summary>
    public SessionSource(SessionSourceOptions<TCredential> options)
    {
        _options = options;
        _authority = options.Authority;
        _ledger = new SessionLedger(options.Credential, options.Authority.RecordOf(options.Credential), options.Store, options.Secrets, options.Logger);
        _refresh = new SessionRefresh<TCredential>(options, _ledger);
        _beginning = new SessionBeginning<TCredential>(options, _ledger, _refresh);
    }

    /// <inheritdoc/>
    public override string Reference => _options.Configured is { } configured ? $"{_authority.Reference} ({configured.Reference})" : _authority.Reference;

    /// <inheritdoc/>
    public override ISignIn? SignIn => _authority.CanSignIn ? new HumanSignIn(this) : null;

    /// <inheritdoc/>
    public override Task Settled => SettleAsync();

    /// <inheritdoc/>
    public override SessionStatus SessionStatus
    {
        get
        {
            var record = _ledger.Last;
            return new SessionStatus
            {
                Refreshes = record?.Refreshes ?? 0,
                RefreshedAt = record?.Current.RefreshedAt,
                DueAt = record is null ? null : _authority.DueAt(record.Current),
                IsUnsaved = _ledger.HasUnsaved,
                IsRefreshing = _refresh.IsRunning,
                NotRefreshable = _whyNot,
            };
        }
    }

    /// <summary>Soon while something waits to be done, at the time that the authority names, and hourly in any case.</summary>
    public override TimeSpan? PollInterval
    {
        get
        {
            if (_whyNot is not null)
                return _options.Configured?.PollInterval;
            if (_ledger.HasUnsaved || _beginning.IsUndecided)
                return SoonPoll;
            if (_ledger.Last is not { } record || _authority.DueAt(record.Current) is not { } due)
                return LongestPoll;
            var left = due - _options.Time.GetUtcNow();
            return left < ShortestPoll ? ShortestPoll : left < LongestPoll ? left : LongestPoll;
        }
    }

    /// <summary>None: a look may ask the authority, and what can be refreshed once must not be asked for in haste.</summary>
    public override TimeSpan? RetryInterval => null;

    /// <summary>Asks the service about a credential. A session that can be refreshed is not lost because its token is refused.</summary>
    public async ValueTask<Verification> VerifyAsync(TCredential credential, CancellationToken cancellationToken)
    {
        var verification = await _authority.VerifyAsync(credential, cancellationToken).ConfigureAwait(false) ?? Verification.Indeterminate();
        return verification.Outcome is VerificationOutcome.Refused && _whyNot is null ? Verification.Refused() : verification;
    }

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) =>
        Watches.Of([_options.Configured?.Watch(changed) ?? WatchConfigured(changed), _ledger.Watch(changed)]);

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (configured, begun, missing) = await ConfiguredAsync(request, cancellationToken).ConfigureAwait(false);
        _begun = begun ?? _begun;
        if (missing is null)
            _whyNot = begun is null ? null : _authority.WhyNotRefreshable(begun);
        if (_whyNot is not null)
            return new SourceAnswer<TCredential>(begun is not null && _authority.Present(begun) is { } fixedOne ? fixedOne : throw new CredentialException(missing ?? _whyNot));
        var record = await _beginning.OpenAsync(configured, begun, missing, cancellationToken).ConfigureAwait(false);
        TellMissing(missing);
        await _ledger.TrySaveKeptAsync(cancellationToken).ConfigureAwait(false);
        var standing = await StandingAsync(record, request, cancellationToken).ConfigureAwait(false);
        if (standing is Standing.Good or Standing.Proved && !IsDue(record, request))
            return AnswerOf(record, standing is Standing.Proved);
        return await RefreshAsync(record, configured, missing, request, standing, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is known about a session without asking for a newer one.</summary>
    private enum Standing
    {
        /// <summary>Nothing speaks against it.</summary>
        Good,

        /// <summary>The service has just accepted it.</summary>
        Proved,

        /// <summary>It has ended, or the service refuses it.</summary>
        Dead,
    }

    private async ValueTask<Standing> StandingAsync(SessionRecord record, FetchRequest<TCredential> request, CancellationToken cancellationToken)
    {
        if (_authority.Present(record.Current) is not { } credential)
            return Standing.Dead;
        if (request.Current is { } lease && IsIn(lease, credential))
            return lease.IsRejected ? Standing.Dead : Standing.Good;
        // What is not in use here may have ended meanwhile, and still be one that can be refreshed.
        var verification = await _authority.VerifyAsync(credential, cancellationToken).ConfigureAwait(false);
        return verification?.Outcome switch
        {
            VerificationOutcome.Accepted => Standing.Proved,
            VerificationOutcome.Refused => Standing.Dead,
            _ => Standing.Good,
        };
    }

    private bool IsDue(SessionRecord record, FetchRequest<TCredential> request)
    {
        if (request.Current is not { } lease)
            return request.Trigger is RefreshTrigger.Manual || record.Pending is not null;
        if (_authority.Present(record.Current) is { } credential && !IsIn(lease, credential))
            return false; // another process, or the operator, has brought a newer one
        if (request.Trigger is RefreshTrigger.Manual && IsOfAnotherJustNow(record.Current))
            return false;
        return request.Trigger is RefreshTrigger.Manual || record.Pending is not null
            || !lease.IsFresh(_options.Time) || _authority.DueAt(record.Current) <= _options.Time.GetUtcNow();
    }

    // Its authority issued the same once more: only the time tells that another process came first.
    private bool IsOfAnotherJustNow(SessionState state) =>
        state.IsRefreshedAfter(_deliveredAt) && state.IsRefreshedAfter(_options.Time.GetUtcNow() - JustNow);

    private static bool IsIn(Lease<TCredential> lease, TCredential credential) => Fingerprint.Of(credential.Document) == lease.Fingerprint;

    private async Task<SourceAnswer<TCredential>> RefreshAsync(
        SessionRecord record, SecretDocument configured, CredentialError? missing, FetchRequest<TCredential> request, Standing standing,
        CancellationToken cancellationToken)
    {
        try
        {
            if (missing is not null && _authority.NeedsConfigured)
                throw new CredentialException(missing);
            // What uses nothing up may be asked for at any time; what does, only for a session that was in use here and is over.
            var isLastResort = standing is Standing.Dead && (request.Current is not null || !_authority.SpendsWhatItRefreshes);
            var refreshed = await _refresh.RunAsync(record, configured, isLastResort, cancellationToken).ConfigureAwait(false);
            (_failures, _isOver) = (0, false);
            return AnswerOf(refreshed, isProved: true);
        }
        catch (CredentialException e) when (e.Error.Kind is FailureKind.NeedsUser && missing is { Kind: FailureKind.Invalid })
        {
            // Somebody has put new values in place, and they cannot be read: that is the news.
            _isOver = true;
            throw new CredentialException(missing);
        }
        catch (CredentialException e) when (standing is not Standing.Dead || e.Error is { Retryable: false })
        {
            _isOver = e.Error.Kind is FailureKind.NeedsUser;
            if (request.Trigger is not RefreshTrigger.Manual)
                _failures++; // whoever asks by hand is no reason to look less often
            if (standing is Standing.Dead || request.Current is not null || request.Trigger is RefreshTrigger.Manual)
                throw new CredentialException(Patiently(e.Error, request.Current));
            // Nothing is in use yet: what still serves is better than none, and the next look refreshes it.
            Log.StoredStillServes(_options.Logger, _options.Credential, e.Error.Code);
            return AnswerOf(record, standing is Standing.Proved);
        }
    }

    // What works needs no haste: an authority that says no is not asked every minute.
    private CredentialError Patiently(CredentialError error, Lease<TCredential>? lease)
    {
        var patience = _ledger.HasUnsaved ? SoonPoll : TimeSpan.FromMinutes(Math.Min(60, Math.Pow(2, Math.Min(_failures, 10) - 1)));
        if (lease?.Term.Remaining(_options.Time) / 4 is { } share && share < patience)
            patience = share;
        return error.RetryAfter > patience ? error : error with { RetryAfter = patience };
    }

    private async Task SettleAsync()
    {
        await Task.WhenAll(_beginning.Settled, _refresh.Settled).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ledger.TrySaveKeptAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private SourceAnswer<TCredential> AnswerOf(SessionRecord record, bool isProved)
    {
        _deliveredAt = record.Current.RefreshedAt;
        return new SourceAnswer<TCredential>(_authority.Present(record.Current)!)
        {
            ExpiresAt = record.Current.ExpiresAt,
            IsVerified = isProved,
            IsFallback = _ledger.HasUnsaved,
            Source = _ledger.HasUnsaved ? $"{_authority.Reference} (in memory alone: its store cannot be written)" : Reference,
        };
    }

    // What goes with every call, and the session that it begins. Without it the stored session may still do.
    private async ValueTask<(SecretDocument Document, SessionState? Begun, CredentialError? Missing)> ConfiguredAsync(
        FetchRequest<TCredential> request, CancellationToken cancellationToken)
    {
        var none = SecretDocument.FromFields([]);
        if (_options.Configured is not { } source)
            return (none, _authority.Begin(none), null);
        try
        {
            var answer = await source.FetchAsync(new FetchRequest<SecretDocument>(request.Trigger, null), cancellationToken).ConfigureAwait(false);
            foreach (var (field, value) in answer.Credential.SensitiveValues())
                _options.Secrets?.Register(_options.Credential, field, value);
            var begun = _authority.Begin(answer.Credential);
            _saidMissing = 0;
            return (answer.Credential, begun, null);
        }
        catch (CredentialException e)
        {
            return (none, null, source.Invalid(e.Error));
        }
    }

    private void TellMissing(CredentialError? missing)
    {
        if (missing is not null && Interlocked.Exchange(ref _saidMissing, 1) == 0)
            Log.ConfiguredMissing(_options.Logger, _options.Credential, missing.Code, missing.Message);
    }

    // A session that is over is looked at no more until somebody puts new values in place: where nothing announces them, they are looked for.
    private ITimer? WatchConfigured(Action changed) => _options.Configured is { CanRotate: true } source
        ? _options.Time.CreateTimer(_ => _ = LookAtConfiguredAsync(changed), state: null, source.PollInterval ?? ConfiguredPoll, source.PollInterval ?? ConfiguredPoll)
        : null;

    private async Task LookAtConfiguredAsync(Action changed)
    {
        if (!_isOver)
            return;
        var (_, begun, _) = await ConfiguredAsync(new FetchRequest<TCredential>(RefreshTrigger.Schedule, null), CancellationToken.None).ConfigureAwait(false);
        if (begun is not null && !begun.HoldsSameAs(_begun))
            changed();
    }

    /// <summary>A sign-in whose outcome goes to the store, where every process finds it.</summary>
    private sealed class HumanSignIn(SessionSource<TCredential> source) : ISignIn
    {
        public async Task SignInAsync(SignInRequest request, CancellationToken cancellationToken)
        {
            await source._beginning.ProveStoreAsync(cancellationToken).ConfigureAwait(false);
            var (configured, _, _) = await source.ConfiguredAsync(new FetchRequest<TCredential>(RefreshTrigger.SignIn, null), cancellationToken).ConfigureAwait(false);
            var state = await source._authority.SignInAsync(request, configured, cancellationToken).ConfigureAwait(false);
            await source._beginning.ReplaceAsync(state).ConfigureAwait(false);
        }
    }
}
