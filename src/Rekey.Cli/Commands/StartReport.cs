using Microsoft.Extensions.Logging;

namespace Rekey.Cli.Commands;

/// <summary>Says once, after the first attempts, which credentials there are and which are missing: by presence, never by value or length.</summary>
internal sealed class StartReport(CredentialRegistry credentials, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Makes the first attempts, all at once, tells how they ended, and returns what is required and missing.</summary>
    public async Task<IReadOnlyList<CredentialStatus>> RunAsync(CancellationToken cancellationToken)
    {
        await AttemptAllAsync(cancellationToken).ConfigureAwait(false);
        var all = credentials.All.Select(static credential => credential.Status).ToList();
        var missing = all.Where(static status => status.IsRequired && !IsPresent(status)).ToList();
        var text = all.Count == 0 ? "no credential is configured" : string.Join("; ", all.Select(Line));
        CliLog.ConfigLoaded(logger, missing.Count == 0 ? LogLevel.Information : LogLevel.Warning, text);
        return missing;
    }

    /// <summary>The same beside <paramref name="work"/>, and no longer than that: what was not tried by its end is not missing.</summary>
    public async Task RunBesideAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task report = RunAsync(over.Token);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await report.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A document that has come may have brought credentials of its fields: they are tried in the same time.
    private async Task AttemptAllAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var attempted = new HashSet<ManagedCredential>();
        while (credentials.All.Where(attempted.Add).ToList() is { Count: > 0 } next)
        {
            var left = Patience - time.GetElapsedTime(began);
            await Task.WhenAll(next.Select(credential => AttemptAsync(credential, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken))).ConfigureAwait(false);
        }
    }

    private async Task AttemptAsync(ManagedCredential credential, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            // As the schedule does it: nobody's requests on demand are used up.
            await credential.RefreshAsync(RefreshTrigger.Schedule, cancellationToken).WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on, and its state says how far it is.
        }
    }

    private static bool IsPresent(CredentialStatus status) =>
        status.Lease is not null && status.Phase is not (CredentialPhase.Expired or CredentialPhase.Rejected);

    private static string Line(CredentialStatus status) => IsPresent(status)
        ? $"{status.Name} present (source {status.AnsweredBy ?? status.Source}, phase {status.Phase}, version {status.Fingerprint}{(status.ExpiresAt is { } end ? $", ends {end:yyyy-MM-ddTHH:mm:ssZ}" : "")})"
        : $"{status.Name} MISSING ({(status.IsRequired ? "required" : "optional")}, source {status.Source}{(status.LastError is { } error ? $", [{error.Code}] {error.Message}" : "")})";
}
