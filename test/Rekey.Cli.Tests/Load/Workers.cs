using Rekey.Cli.Demo;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Load;

/// <summary>Workers that never stop asking, and what came of it.</summary>
internal sealed class Workers : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);

    private readonly ILoad _load;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _all;

    public Workers(ILoad load, int count, Figures? figures = null)
    {
        _load = load;
        Figures = figures ?? new Figures();
        _all = Task.WhenAll(Enumerable.Range(0, count).Select(worker => Task.Run(() => WorkAsync(worker))));
    }

    public Figures Figures { get; }

    /// <summary>Waits until so many more pieces of work have been answered.</summary>
    public async Task MoreAsync(int answers)
    {
        var wanted = Figures.Answered + answers;
        await Until.True(() => Figures.Answered >= wanted || Figures.Failed > 0);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _all;
    }

    private async Task WorkAsync(int worker)
    {
        for (var turn = worker; !_stop.IsCancellationRequested; turn++)
        {
            // One that has begun is always finished: only its own outcome counts.
            if (await _load.WorkAsync(turn) is { } failure)
                Figures.Fail(failure);
            else
                Figures.Answer();
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
