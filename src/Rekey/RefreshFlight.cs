namespace Rekey;

/// <summary>
/// One refresh at a time. Invariant: at most one run is under way; every trigger is answered by a run that began to read after
/// the trigger came, or, if the trigger brings no news, by the one under way; all triggers that wait for a further run share one.
/// </summary>
internal sealed class RefreshFlight(
    Func<RefreshTrigger, CancellationToken, Task<RefreshResult>> run, RefreshPace pace, Func<RefreshResult> stopped, TimeProvider time, Action? landed = null)
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Run? _current;
    private Run? _next;

    public bool IsRunning
    {
        get
        {
            lock (_gate)
                return _current is not null;
        }
    }

    /// <summary>Joins the run that can answer the trigger, or starts it. The task never faults and knows no caller's cancellation.</summary>
    public Task<RefreshResult> Request(RefreshTrigger trigger)
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return Task.FromResult(stopped());
            if (_current is null)
                return Begin_NeedsLock(new Run(trigger));
            if (!_current.HasBegunReading || !trigger.WantsNewReading())
            {
                _current.Absorb(trigger);
                return _current.Task;
            }
            _next ??= new Run(trigger);
            _next.Absorb(trigger);
            return _next.Task;
        }
    }

    /// <summary>Whether a run on demand would have to wait.</summary>
    public bool IsPaced
    {
        get
        {
            lock (_gate)
                return _current is null && pace.Wait > TimeSpan.Zero;
        }
    }

    /// <summary>
    /// The same for somebody who would rather be refused: null when such a trigger is under way or waits already, or when it would have to
    /// <paramref name="wait"/> for the pace.
    /// </summary>
    public Task<RefreshResult>? TryRequest(RefreshTrigger trigger, out TimeSpan wait)
    {
        lock (_gate)
        {
            wait = TimeSpan.Zero;
            if (_next is not null || _current?.Trigger == trigger)
                return null;
            wait = pace.Wait;
            return wait > TimeSpan.Zero ? null : Request(trigger);
        }
    }

    /// <summary>Lets nothing new begin, cancels what runs and waits until it has ended.</summary>
    public async Task StopAsync()
    {
        Task? current;
        lock (_gate)
            current = _current?.Task;
        await _stop.CancelAsync().ConfigureAwait(false);
        if (current is not null)
            await current.ConfigureAwait(false);
    }

    private Task<RefreshResult> Begin_NeedsLock(Run flight)
    {
        _current = flight;
        _ = Task.Run(() => FlyAsync(flight));
        return flight.Task;
    }

    private async Task FlyAsync(Run flight)
    {
        var result = stopped();
        try
        {
            if (flight.Trigger is not RefreshTrigger.Schedule && pace.Take() is { Ticks: > 0 } wait)
                await Task.Delay(wait, time, _stop.Token).ConfigureAwait(false);
            lock (_gate)
                flight.HasBegunReading = true;
            result = await run(flight.Trigger, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The answer is already "stopped".
        }
        finally
        {
            Land(flight, result);
        }
    }

    private void Land(Run flight, RefreshResult result)
    {
        // A lease is made for each refresh: that it is a new one is no progress.
        if (result is RefreshResult.Refreshed { Lease.LeaseId: null })
            pace.Progress();
        Run? orphan = null;
        lock (_gate)
        {
            _current = null;
            var next = _next;
            _next = null;
            if (next is not null && !_stop.IsCancellationRequested)
                Begin_NeedsLock(next);
            else
                orphan = next;
        }
        landed?.Invoke(); // not sooner: whoever plans what is next leaves out what is under way
        flight.Complete(result);
        orphan?.Complete(stopped());
    }

    private sealed class Run(RefreshTrigger trigger)
    {
        private readonly TaskCompletionSource<RefreshResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RefreshTrigger Trigger { get; private set; } = trigger;

        public bool HasBegunReading { get; set; }

        public Task<RefreshResult> Task => _done.Task;

        // The trigger that knows more decides how the run behaves: a schedule may renew, a rotation must read.
        public void Absorb(RefreshTrigger other)
        {
            if (!HasBegunReading && other > Trigger)
                Trigger = other;
        }

        public void Complete(RefreshResult result) => _done.TrySetResult(result);
    }
}
