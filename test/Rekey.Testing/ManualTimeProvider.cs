namespace Rekey.Testing;

/// <summary>Two clocks that move only when a test says so: a wall clock that can jump, and a monotonic one with its timers that cannot.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _wall = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _monotonic = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _wall;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _monotonic;
    }

    /// <summary>How many timers are armed: what the code under test waits for.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
                return _timers.Count(static t => t.Due is not null);
        }
    }

    /// <summary>How far the next timer is away; null when none is armed.</summary>
    public TimeSpan? NextTimerIn
    {
        get
        {
            lock (_gate)
                return _timers.Min(static t => t.Due) is { } due ? TimeSpan.FromTicks(due - _monotonic) : null;
        }
    }

    /// <summary>Moves both clocks, firing each timer in the order of its due time.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetTimestamp() + by.Ticks;
        while (NextDue(end) is { } timer)
            timer.Fire();
        lock (_gate)
            MoveTo_NeedsLock(end);
    }

    /// <summary>The wall clock jumps, as after a correction; nothing else moves.</summary>
    public void JumpWall(TimeSpan by)
    {
        lock (_gate)
            _wall += by;
    }

    /// <summary>A laptop sleeps: the wall clock goes on, the monotonic clock and every timer stand still.</summary>
    public void Sleep(TimeSpan by) => JumpWall(by);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (_gate)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? NextDue(long end)
    {
        lock (_gate)
        {
            var next = _timers.Where(t => t.Due <= end).MinBy(static t => t.Due);
            if (next is null)
                return null;
            MoveTo_NeedsLock(Math.Max(_monotonic, next.Due!.Value));
            next.Due = next.Period is { } period ? next.Due + period : null;
            return next;
        }
    }

    private void MoveTo_NeedsLock(long monotonic)
    {
        _wall += TimeSpan.FromTicks(monotonic - _monotonic);
        _monotonic = monotonic;
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        public long? Due { get; set; }

        public long? Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : owner._monotonic + dueTime.Ticks;
                Period = period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero ? null : period.Ticks;
            }
            return true;
        }

        public void Dispose()
        {
            lock (owner._gate)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
