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
    private Run? _last; // that has read its source

    /// <summary>When the run under way was asked for, in the order of <see cref="Sequence"/>.</summary>
    public long Asked
    {
        get
        {
            lock (_gate)
                return _current?.Asked ?? 0;
        }
    }

    public bool IsRunning
    {
        get
        {
            lock (_gate)
                return _current is not null;
        }
    }

    /// <summary>
    /// Joins the run that can answer the trigger, or starts it. The task never faults and knows no caller's cancellation. Who asks for
    /// somebody else says when that one <paramref name="asked"/>: what was read since then is answer enough.
    /// </summary>
    public Task<RefreshResult> Request(RefreshTrigger trigger, long? asked = null)
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return Task.FromResult(stopped());
            if (asked is { } since && (Answers(_last, since) ?? Answers(_current, since)) is { } answer)
                return answer.Task;
            var request = new Run(trigger, asked ?? Sequence.Next());
            if (_current is null)
                return Begin_NeedsLock(request);
            if (!_current.HasBegunReading || !trigger.WantsNewReading())
            {
                _current.Absorb(request);
                return _current.Task;
            }
            _next ??= request;
            _next.Absorb(request);
            return _next.Task;
        }
    }

    private static Run? Answers(Run? run, long asked) => run is not null && run.Trigger.AsksTheSource() && run.BeganReading > asked ? run : null;

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
            if (flight.Trigger is not (RefreshTrigger.Schedule or RefreshTrigger.Parent) && pace.Take() is { Ticks: > 0 } wait)
                await PauseAsync(flight, wait).ConfigureAwait(false);
            lock (_gate)
                flight.BeganReading = Sequence.Next();
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

    // Taking over what the parent has published costs nobody anything, and needs no pace.
    private async Task PauseAsync(Run flight, TimeSpan wait)
    {
        var over = Task.Delay(wait, time, _stop.Token);
        while (await Task.WhenAny(over, flight.ParentsNews).ConfigureAwait(false) != over)
        {
            flight.HearParent();
            await run(RefreshTrigger.Parent, _stop.Token).ConfigureAwait(false);
        }
        await over.ConfigureAwait(false);
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
            if (flight.HasBegunReading)
                _last = flight;
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

    private sealed class Run(RefreshTrigger trigger, long asked)
    {
        private readonly TaskCompletionSource<RefreshResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile TaskCompletionSource _parentsNews = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RefreshTrigger Trigger { get; private set; } = trigger;

        public long Asked { get; private set; } = asked;

        public long BeganReading { get; set; }

        public bool HasBegunReading => BeganReading > 0;

        public Task<RefreshResult> Task => _done.Task;

        /// <summary>Done when the parent has something new for a run that waits.</summary>
        public Task ParentsNews => _parentsNews.Task;

        public void HearParent() => _parentsNews = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // The trigger that knows more decides how the run behaves: a schedule may renew, a rotation must read.
        public void Absorb(Run other)
        {
            if (HasBegunReading)
                return;
            if (other.Trigger is RefreshTrigger.Parent)
                _parentsNews.TrySetResult();
            if (other.Trigger.AsksTheSource() && other.Asked > Asked)
                Asked = other.Asked;
            if (other.Trigger > Trigger)
                Trigger = other.Trigger;
        }

        public void Complete(RefreshResult result) => _done.TrySetResult(result);
    }
}
