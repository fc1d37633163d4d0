namespace Rekey.Testing;

/// <summary>A wall clock that goes wrong by as much as a test says.</summary>
public sealed class SkewedTimeProvider(TimeProvider right) : TimeProvider
{
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => right.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + Skew;

    public override long GetTimestamp() => right.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        right.CreateTimer(callback, state, dueTime, period);
}
