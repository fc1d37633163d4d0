using Microsoft.Extensions.Logging;

namespace Rekey;

/// <summary>Tells what happens to one credential: to the log, and to the events that tools show.</summary>
internal sealed class Journal(string credential, ILogger logger, CredentialEvents? events, TimeProvider time)
{
    // A failure that repeats is told this often, and the last time loudly.
    private const int MostRepeats = 3;

    private string? _rotatedTo;

    // A version that waits for its proof is delivered again and again: its coming is told once.
    public void Rotated(Lease lease)
    {
        if (Interlocked.Exchange(ref _rotatedTo, lease.Fingerprint) != lease.Fingerprint)
            Add(CredentialEventKind.Rotated, lease);
    }

    public void Swapped(Lease lease, bool isFirst)
    {
        if (isFirst)
            Log.Obtained(logger, credential, lease.Fingerprint, lease.Source);
        else
            Log.Refreshed(logger, credential, lease.Fingerprint, lease.Source);
        Add(CredentialEventKind.Swapped, lease);
    }

    public void Renewed(Lease lease)
    {
        Log.Renewed(logger, credential, lease.Fingerprint);
        Add(CredentialEventKind.Renewed, lease);
    }

    public void SessionRefreshed(int attempt, long total)
    {
        Log.SessionRefreshed(logger, credential, attempt, total);
        events?.Add(Event(CredentialEventKind.Refreshed) with { Attempt = attempt });
    }

    public void AttemptBegins(int attempt, int most) => Log.AttemptBegins(logger, credential, attempt, most);

    public void AttemptFailed(int attempt, CredentialError error, TimeSpan? pause)
    {
        if (pause is { } wait)
            Log.AttemptFailed(logger, credential, attempt, error.Code, error.Message, wait.TotalSeconds);
        else
            Log.LastAttemptFailed(logger, credential, attempt, error.Code, error.Message);
        events?.Add(Event(CredentialEventKind.AttemptFailed) with { Attempt = attempt, Error = error });
    }

    /// <summary>The refresh failed for the <paramref name="failures"/>th time in a row.</summary>
    public void Failed(CredentialError error, int failures, bool isNews, bool isRenewal)
    {
        if (!isNews && failures > MostRepeats)
            return;
        var (level, what) = failures == MostRepeats
            ? (LogLevel.Error, $"the refresh has failed {failures} times in a row")
            : (LogLevel.Warning, "refresh failed");
        if (isRenewal)
            Log.RenewalFailed(logger, level, credential, what, error.Code, error.Message);
        else
            Log.RefreshFailed(logger, level, credential, what, error.Code, error.Message);
        events?.Add(Event(CredentialEventKind.Failed) with { Error = error });
    }

    public void Rejected(Lease lease)
    {
        Log.Rejected(logger, credential, lease.Fingerprint);
        Add(CredentialEventKind.Rejected, lease);
    }

    public void RolledBack(Lease lease) => Add(CredentialEventKind.RolledBack, lease);

    public void SignedIn()
    {
        Log.SignedIn(logger, credential);
        events?.Add(Event(CredentialEventKind.SignedIn));
    }

    public void Drained(Lease lease) => Add(CredentialEventKind.Drained, lease);

    public void Revoked(Lease lease)
    {
        Log.Revoked(logger, credential, lease.Fingerprint);
        Add(CredentialEventKind.Revoked, lease);
    }

    private void Add(CredentialEventKind kind, Lease lease) =>
        events?.Add(Event(kind) with { Fingerprint = lease.Fingerprint, Source = lease.Source });

    private CredentialEvent Event(CredentialEventKind kind) => new(time.GetUtcNow(), credential, kind);
}
