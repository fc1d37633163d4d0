using System.Runtime.CompilerServices;

namespace Rekey.Testing;

/// <summary>Waits for what other threads are about to do. The limit is generous: it ends a broken test, it times nothing.</summary>
public static class Until
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task True(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var turn = 0; !condition(); turn++)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                throw new TimeoutException($"It never became true: {what}");
            if (turn < 200)
                await Task.Yield();
            else
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    /// <summary>Lets manual time pass in small steps until the condition holds.</summary>
    public static async Task True(Func<bool> condition, ManualTimeProvider time, TimeSpan step)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                throw new TimeoutException("It never became true.");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            time.Advance(step);
        }
    }

    /// <summary>The work ends while no manual time passes.</summary>
    public static async Task Done(Task work)
    {
        await True(() => work.IsCompleted, "the work ends");
        await work;
    }

    /// <summary>Lets manual time pass in small steps until the work is done.</summary>
    public static async Task<T> Done<T>(Task<T> work, ManualTimeProvider time, TimeSpan step)
    {
        await Done((Task)work, time, step);
        return await work;
    }

    /// <inheritdoc cref="Done{T}(Task{T}, ManualTimeProvider, TimeSpan)"/>
    public static async Task Done(Task work, ManualTimeProvider time, TimeSpan step)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!work.IsCompleted)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                throw new TimeoutException("The work never ended.");
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
            if (!work.IsCompleted)
                time.Advance(step);
        }
        await work;
    }
}
