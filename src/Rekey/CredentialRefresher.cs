using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey;

/// <summary>
/// One loop for all credentials: sleeps until the earliest is due and starts it. It owns no state and waits for no refresh, so
/// that a hung source never blocks another credential.
/// </summary>
public sealed class CredentialRefresher(CredentialRegistry registry, TimeProvider time, ILogger? logger = null)
{
    // Timers stop while a laptop sleeps and some overflow after weeks: look at both clocks at least this often.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(15);
    // A timer counts whole milliseconds: less would be no sleep at all, and the loop would spin until the time has come.
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan JumpSpread = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private volatile TaskCompletionSource _wake = NewSignal();

    /// <summary>Runs until it is cancelled, and never faults.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        registry.Added += Take;
        foreach (var credential in registry.All)
            Take(credential);
        try
        {
            await LoopAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            registry.Added -= Take;
            foreach (var credential in registry.All)
                credential.DueChanged -= Wake;
        }
    }

    // Two may take one that is added in this moment: it is watched once and wakes the loop twice.
    private void Take(ManagedCredential credential)
    {
        credential.DueChanged += Wake;
        credential.BeginWatching();
        Wake();
    }

    private async Task LoopAsync(CancellationToken cancellationToken)
    {
        var last = Moment.Now(time);
        while (!cancellationToken.IsCancellationRequested)
        {
            var wake = _wake.Task;
            var credentials = registry.All;
            var now = Moment.Now(time);
            var gap = ((now.Wall - last.Wall) - time.GetElapsedTime(last.Timestamp, now.Timestamp)).Duration();
            last = now;
            if (gap > Jump)
                RevalidateAll(credentials, gap);
            var sleep = RunDue(credentials, now);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(wake, Task.Delay(sleep > ShortestSleep ? sleep : ShortestSleep, time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            if (wake.IsCompleted)
                _wake = NewSignal();
        }
    }

    private TimeSpan RunDue(IReadOnlyList<ManagedCredential> credentials, Moment now)
    {
        var sleep = LongestSleep;
        foreach (var credential in credentials)
        {
            try
            {
                credential.RunDue();
                // What is already under way says itself when it is done.
                if (!credential.IsRefreshing && credential.NextDue is { } due && now.Until(due, time) is var left && left < sleep)
                    sleep = left > TimeSpan.Zero ? left : RefreshPolicy.ShortestPause;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Log.LoopFailed(_logger, e.GetType().Name);
            }
        }
        return sleep;
    }

    private void RevalidateAll(IReadOnlyList<ManagedCredential> credentials, TimeSpan gap)
    {
        Log.ClockJumped(_logger, gap.TotalSeconds);
        for (var i = 0; i < credentials.Count; i++)
            credentials[i].Revalidate(JumpSpread * ((double)i / credentials.Count));
    }

    private void Wake() => _wake.TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
