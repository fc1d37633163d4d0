namespace Rekey;

// Whether the service accepts a candidate.
public sealed partial class ManagedCredential<TCredential>
{
    private async Task ProveAsync(Candidate candidate, Lease<TCredential>? active, bool isSame, CancellationToken stopping)
    {
        var lease = candidate.Lease;
        // What the source has just proved needs no second opinion.
        if (!lease.IsVerified && _refused.Why(lease.Fingerprint) is { } reason && !IsLastResort(active, reason))
            throw new CredentialException(reason);
        if (active is not null && !isSame)
            _journal.Rotated(lease);
        await VerifyAsync(candidate, stopping).ConfigureAwait(false);
        _refused.Forget(lease.Fingerprint);
    }

    private async Task VerifyAsync(Candidate candidate, CancellationToken stopping)
    {
        if (_options.Verifier is null || candidate.Lease.IsVerified)
            return;
        var verification = await AskServiceAsync(candidate.Lease.Credential, _policy.VerifyAttempts, stopping).ConfigureAwait(false);
        switch (verification.Outcome)
        {
            case VerificationOutcome.Accepted:
                candidate.Lease.IsVerified = true;
                break;
            case VerificationOutcome.Refused:
                var rejected = verification.Error ?? CredentialErrors.Rejected(Name);
                _refused.Add(candidate.Lease.Fingerprint, rejected);
                throw new CredentialException(rejected);
            default:
                _parked = candidate;
                throw new CredentialException(verification.Error ?? CredentialErrors.Unverifiable(Name));
        }
    }

    private async Task<Verification> AskServiceAsync(TCredential credential, int attempts, CancellationToken stopping)
    {
        for (var attempt = 1; ; attempt++)
        {
            var verification = await AskOnceAsync(credential, stopping).ConfigureAwait(false);
            // A service that asks to wait is not asked again in a moment.
            if (verification is not { Outcome: VerificationOutcome.Indeterminate, Error: null or { RetryAfter: null } } || attempt >= attempts)
                return verification;
            await Task.Delay(RefreshPolicy.VerifyRetryAfter(attempt), _time, stopping).ConfigureAwait(false);
        }
    }

    private async Task<Verification> AskOnceAsync(TCredential credential, CancellationToken stopping)
    {
        try
        {
            return await Bounded(token => _options.Verifier!(credential, token), _policy.VerifyTimeout, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return Verification.Indeterminate();
        }
        catch (CredentialException e)
        {
            return Verification.Indeterminate(e.Error);
        }
    }
}
