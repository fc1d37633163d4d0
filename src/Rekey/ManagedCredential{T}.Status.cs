namespace Rekey;

// What people and tools see of a credential, and the probe behind health checks.
public sealed partial class ManagedCredential<TCredential>
{
    private Task<Verification?>? _probe;
    private Lease<TCredential>? _probedLease;
    private long _probed;

    /// <inheritdoc/>
    public override CredentialStatus Status
    {
        get
        {
            var active = _active;
            var parents = ParentsTrouble();
            lock (_gate)
            {
                return new CredentialStatus
                {
                    Name = Name,
                    Kind = Kind,
                    Phase = PhaseOf(active, parents),
                    Source = _options.Source.Reference,
                    AnsweredBy = active?.Source,
                    CanRotate = CanRotate,
                    IsRequired = IsRequired,
                    IsVerified = active?.IsVerified ?? false,
                    Fingerprint = active?.Fingerprint,
                    Lease = active?.Number,
                    IssuedAt = active?.Term.Issued.Wall,
                    ExpiresAt = active?.Term.Expires?.Wall,
                    NextAttemptAt = parents is null ? _schedule.Next?.Wall : parents.NextAttemptAt,
                    LastAttemptAt = _schedule.LastAttempt,
                    LastSuccessAt = _schedule.LastSuccess,
                    Failures = parents?.Failures ?? _schedule.Failures,
                    LastError = parents?.LastError is { } error ? CredentialErrors.ParentFailed(Name, parents.Name, error) : _schedule.LastError,
                    Warning = _options.Source.Warning,
                    Parent = _options.Parent?.Name,
                    HasStandby = _standby is not null,
                    Draining = _draining.Count,
                    Issued = Interlocked.Read(ref _issued),
                    Ended = Interlocked.Read(ref _ended),
                };
            }
        }
    }

    /// <summary>Asks the service about the lease in use: one question at a time, its answer kept briefly. Null without a verifier.</summary>
    public override Task<Verification?> ProbeAsync(CancellationToken cancellationToken = default)
    {
        Task<Verification?> probe;
        lock (_gate)
        {
            var isRecent = _probe is { IsCompletedSuccessfully: true } && _time.GetElapsedTime(_probed) < _policy.ProbeCache && _probedLease == _active;
            if (_probe is not { IsCompleted: false } && !isRecent)
            {
                (_probed, _probedLease) = (_time.GetTimestamp(), _active);
                _probe = Task.Run(ProbeCoreAsync, CancellationToken.None);
            }
            probe = _probe!;
        }
        return probe.WaitAsync(cancellationToken);
    }

    private async Task<Verification?> ProbeCoreAsync()
    {
        // One attempt and its outcome: whoever asks for health wants to hear of a rotation window, not to wait for its end.
        if (!IsUsable(_active) && (_schedule.Terminal ?? await AttemptAsync().ConfigureAwait(false)) is { } error)
            return error.Kind is FailureKind.Refused || _active is { IsRejected: true } ? Verification.Refused(error) : Verification.Indeterminate(error);
        if (_active is not { } lease)
            return Verification.Indeterminate(CredentialErrors.Stopped(Name));
        if (_options.Verifier is null)
            return null;
        var verification = await AskServiceAsync(lease.Credential, attempts: 1, CancellationToken.None).ConfigureAwait(false);
        if (verification.Outcome is VerificationOutcome.Refused)
        {
            _refused.Add(lease.Fingerprint, verification.Error ?? CredentialErrors.Rejected(Name));
            Reject(lease);
        }
        return verification;
    }

    // Whoever asks for health every few seconds neither waits for the pace nor uses it up.
    private async Task<CredentialError?> AttemptAsync() =>
        _schedule.LastError is { } last && _flight.IsPaced ? last
        : await _flight.Request(RefreshTrigger.Demand).ConfigureAwait(false) is RefreshResult.Failed failed && !IsUsable(_active) ? failed.Error : null;

    // What a lease dies with is its own trouble, long before it looks there itself.
    private CredentialStatus? ParentsTrouble() =>
        _schedule.LastError is null && _options is { ParentBond: ParentBond.Life, Parent.Status: { LastError: not null } parents } ? parents : null;

    private CredentialPhase PhaseOf(Lease<TCredential>? active, CredentialStatus? parents)
    {
        if (_schedule.Terminal is not null)
            return CredentialPhase.NeedsUserAction;
        if (active is null)
            return _schedule.LastError switch
            {
                null => CredentialPhase.Starting,
                { Code: CredentialErrors.RejectedCode } => CredentialPhase.Rejected,
                _ => CredentialPhase.Expired,
            };
        if (active.IsRejected)
            return CredentialPhase.Rejected;
        var remaining = active.Term.Remaining(_time);
        if (remaining <= TimeSpan.Zero)
            return CredentialPhase.Expired;
        if (remaining < active.Term.Life * 0.1)
            return CredentialPhase.Expiring;
        if (_schedule.Failures > 0 || _isFallback || parents is not null)
            return CredentialPhase.Degraded;
        return active.Term.IsFresh(_time) ? CredentialPhase.Ready : CredentialPhase.RefreshDue;
    }
}
