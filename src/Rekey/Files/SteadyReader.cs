namespace Rekey.Files;

/// <summary>
/// Reads what may be written at this very moment: an answer counts when two looks in a row agree, or one look was of a whole. One look at a time: a look that
/// hangs on a dead file system keeps one thread, and whoever comes next waits for the same look.
/// </summary>
internal sealed class SteadyReader(Func<Reading> look, TimeProvider time)
{
    private const int MostRepeats = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private Task<Reading>? _looking;

    /// <summary>What two looks in a row agree on; null when no two do.</summary>
    public async Task<Reading?> ReadAsync(CancellationToken cancellationToken)
    {
        var last = await LookAsync(cancellationToken).ConfigureAwait(false);
        if (last.IsWhole)
            return last;
        for (var repeat = 0; repeat < MostRepeats; repeat++)
        {
            await Task.Delay(FirstPause * (1 << repeat), time, cancellationToken).ConfigureAwait(false);
            var next = await LookAsync(cancellationToken).ConfigureAwait(false);
            if (next.IsWhole || next.Stamp == last.Stamp)
                return next;
            last = next;
        }
        return null;
    }

    /// <summary>What one look finds, be it half written.</summary>
    public Task<Reading> LookAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_looking is not { IsCompleted: false })
                _looking = Task.Run(look, CancellationToken.None);
            return _looking.WaitAsync(cancellationToken);
        }
    }
}
