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
    private static readonly TimeSpan SoonPoll = TimeSpan.FromMinutes(1);

    private readonly SessionSourceOptions<TCredential> _options;
    private readonly SessionAuthority<TCredential> _authority;
    private readonly SessionLedger _ledger;
    private readonly SessionRefresh<TCredential> _refresh;
    private readonly SessionBeginning<TCredential> _beginning;
    private volatile CredentialError? _whyNot;
    private int _failures;
    private int _saidMissing;

    /// <summary>Makes the source of one session.</summary>
    public SessionSource(SessionSourceOptions<TCredential> options)
    {
        _options = options;
        _authority = options.Authority;
        _ledger = new SessionLedger(options.Credential, options.Store, options.Secrets, options.Logger);
        _refresh = new SessionRefresh<TCredential>(options, _ledger);
        _beginning = new SessionBeginning<TCredential>(options, _ledger);
    }

    /// <inheritdoc/>
    public override string Reference => _options.Configured is { } configured ? $"{_authority.Reference} ({configured.Reference})" : _authority.Reference;

    /// <inheritdoc/>
    public override ISignIn? SignIn => _authority.CanSignIn ? new HumanSignIn(this) : null;

    /// <inheritdoc/>
    public override Task Settled => _refresh.Settled;

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

    /// <summary>Asks the service about a credential. A session that can be refreshed is not lost because its token is refused.</summary>
    public async ValueTask<Verification> VerifyAsync(TCredential credential, CancellationToken cancellationToken)
    {
        var verification = await _authority.VerifyAsync(credential, cancellationToken).ConfigureAwait(false) ?? Verification.Indeterminate();
        return verification.Outcome is VerificationOutcome.Refused && _whyNot is null ? Verification.Refused() : verification;
    }

    /// <inheritdoc/>
    public override IDisposable? Watch(Action changed) =>
        Watches.Of([_options.Configured?.Watch(changed), _ledger.Watch(changed)]);

    /// <inheritdoc/>
    public override async ValueTask<SourceAnswer<TCredential>> FetchAsync(FetchRequest<TCredential> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (configured, begun, missing) = await ConfiguredAsync(request, cancellationToken).ConfigureAwait(false);
        _whyNot = begun is null ? null : _authority.WhyNotRefreshable(begun);
        if (_whyNot is not null)
            return new SourceAnswer<TCredential>(_authority.Present(begun!) ?? throw new CredentialException(_whyNot));
        var record = await _beginning.OpenAsync(configured, begun, missing, cancellationToken).ConfigureAwait(false);
        var standing = await StandingAsync(record, request, cancellationToken).ConfigureAwait(false);
        return standing is Standing.Good or Standing.Proved && !IsDue(record, request)
            ? AnswerOf(record, standing is Standing.Proved)
            : await RefreshAsync(record, configured, request, standing, cancellationToken).ConfigureAwait(false);
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
        if (request.Current is { } lease)
            return lease.IsRejected && IsIn(lease, credential) ? Standing.Dead : Standing.Good;
        // A session may have ended while nobody was here, and still be one that can be refreshed.
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
        return request.Trigger is RefreshTrigger.Manual || record.Pending is not null
            || !lease.IsFresh(_options.Time) || _authority.DueAt(record.Current) <= _options.Time.GetUtcNow();
    }

    private static bool IsIn(Lease<TCredential> lease, TCredential credential) => Fingerprint.Of(credential.Document) == lease.Fingerprint;

    private async Task<SourceAnswer<TCredential>> RefreshAsync(
        SessionRecord record, SecretDocument configured, FetchRequest<TCredential> request, Standing standing, CancellationToken cancellationToken)
    {
        try
        {
            // What uses nothing up may be asked for at any time; what does, only for a session that was in use here and is over.
            var isLastResort = standing is Standing.Dead && (request.Current is not null || !_authority.SpendsWhatItRefreshes);
            var refreshed = await _refresh.RunAsync(record, configured, isLastResort, cancellationToken).ConfigureAwait(false);
            _failures = 0;
            return AnswerOf(refreshed, isProved: true);
        }
        catch (CredentialException e) when (standing is not Standing.Dead)
        {
            _failures++;
            if (request.Current is not null || request.Trigger is RefreshTrigger.Manual)
                throw new CredentialException(Patiently(e.Error, request.Current));
            // Nothing is in use yet: what still serves is better than none, and the next look refreshes it.
            Log.StoredStillServes(_options.Logger, _options.Credential, e.Error.Code);
            return AnswerOf(record, standing is Standing.Proved);
        }
    }

    // What works needs no haste: an authority that says no is not asked every minute.
    private CredentialError Patiently(CredentialError error, Lease<TCredential>? lease)
    {
        var patience = TimeSpan.FromMinutes(Math.Min(60, Math.Pow(2, Math.Min(_failures, 10) - 1)));
        if (lease?.Term.Remaining(_options.Time) / 4 is { } share && share < patience)
            patience = share;
        return error.RetryAfter > patience ? error : error with { RetryAfter = patience };
    }

    private SourceAnswer<TCredential> AnswerOf(SessionRecord record, bool isProved) => new(_authority.Present(record.Current)!)
    {
        ExpiresAt = record.Current.ExpiresAt,
        IsVerified = isProved,
        IsFallback = _ledger.HasUnsaved,
        Source = _ledger.HasUnsaved ? $"{_authority.Reference} (in memory alone: its store cannot be written)" : Reference,
    };

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
            if (_ledger.Last is not null && Interlocked.Exchange(ref _saidMissing, 1) == 0)
                Log.ConfiguredMissing(_options.Logger, _options.Credential, e.Error.Code);
            return (none, null, source.Invalid(e.Error));
        }
    }

    /// <summary>A sign-in whose outcome goes to the store, where every process finds it.</summary>
    private sealed class HumanSignIn(SessionSource<TCredential> source) : ISignIn
    {
        public async Task SignInAsync(SignInRequest request, CancellationToken cancellationToken)
        {
            var (configured, _, _) = await source.ConfiguredAsync(new FetchRequest<TCredential>(RefreshTrigger.SignIn, null), cancellationToken).ConfigureAwait(false);
            var state = await source._authority.SignInAsync(request, configured, cancellationToken).ConfigureAwait(false);
            await source._beginning.ReplaceAsync(state).ConfigureAwait(false);
        }
    }
}
