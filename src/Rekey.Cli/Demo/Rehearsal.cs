namespace Rekey.Cli.Demo;

/// <summary>Runs a load while every kind of rotation happens under it, again and again.</summary>
internal sealed class Rehearsal(DemoStage stage, ILoad load, int rotations, TimeProvider time, int workerCount = Rehearsal.Workers)
{
    /// <summary>How many work at once when nothing else is said.</summary>
    public const int Workers = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    public Figures Figures { get; } = new();

    /// <summary>Calls <paramref name="progress"/> after each rotation with its kind and how many of it there were.</summary>
    public async Task RunAsync(Action<RotationKind, int> progress, CancellationToken cancellationToken, IReadOnlyList<RotationKind>? kinds = null)
    {
        await load.BeginAsync(cancellationToken).ConfigureAwait(false);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Task.WhenAll(Enumerable.Range(0, workerCount).Select(worker => Task.Run(() => WorkOnAsync(worker, over.Token), CancellationToken.None)));
        foreach (var kind in kinds ?? RotationKinds.All)
        {
            for (var done = 1; done <= rotations; done++)
            {
                await stage.RotateAsync(kind, () => load.HearOfRotationAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
                progress(kind, done);
            }
        }
        await over.CancelAsync().ConfigureAwait(false);
        await workers.ConfigureAwait(false);
    }

    private async Task WorkOnAsync(int worker, CancellationToken stop)
    {
        for (var i = worker; !stop.IsCancellationRequested; i++)
        {
            // One that has begun is always finished: only its own outcome counts.
            var failure = await load.WorkAsync(i).ConfigureAwait(false);
            if (failure is null)
                Figures.Answer();
            else
                Figures.Fail(failure);
            await Task.Delay(TimeSpan.FromMilliseconds(1), time, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
