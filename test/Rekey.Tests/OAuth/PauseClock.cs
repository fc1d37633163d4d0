using System.Collections.Concurrent;
using Rekey.Testing;

namespace Rekey.Tests.OAuth;

/// <summary>Tells the pauses that code under test makes from the limits of its calls, so that time passes in the pauses alone.</summary>
internal sealed class PauseClock(ManualTimeProvider time) : TimeProvider
{
    private static readonly TimeSpan[] Limits = [TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(6)];

    private readonly ConcurrentQueue<TimeSpan> _waiting = new();

    /// <summary>Every pause that has passed, in whole seconds.</summary>
    public List<int> Passed { get; } = [];

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = time.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && !Limits.Contains(dueTime))
            _waiting.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Lets each pause pass until the work is done.</summary>
    public async Task PassAsync(Task work)
    {
        while (true)
        {
            await Until.True(() => work.IsCompleted || !_waiting.IsEmpty);
            if (!_waiting.TryDequeue(out var pause))
                break;
            Passed.Add((int)pause.TotalSeconds);
            time.Advance(pause);
        }
        await work;
    }
}
