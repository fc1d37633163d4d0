namespace Rekey.Exec;

/// <summary>
/// Reads a pipe, up to a size. What has come can be had at any time, because the end may never come: whatever a program leaves running
/// holds its pipes. Disposing it ends the reading where the system can, and nothing waits for it where it cannot.
/// </summary>
internal sealed class PipeReading : IDisposable
{
    private readonly Stream _pipe;
    private readonly int _most;
    private readonly Lock _gate = new();
    private readonly MemoryStream _content = new();
    private bool _isTooLarge;

    public PipeReading(Stream pipe, int most)
    {
        (_pipe, _most) = (pipe, most);
        Completion = ReadAsync();
    }

    /// <summary>Completes when the pipe has ended, or brought too much. Never fails.</summary>
    public Task Completion { get; }

    public bool IsTooLarge
    {
        get
        {
            lock (_gate)
                return _isTooLarge;
        }
    }

    /// <summary>What has come so far.</summary>
    public byte[] Content
    {
        get
        {
            lock (_gate)
                return _content.ToArray();
        }
    }

    /// <summary>Waits for the end of a pipe whose program has ended, or until nothing comes any more.</summary>
    public async Task SettleAsync(TimeSpan quiet, TimeProvider time, CancellationToken cancellationToken)
    {
        long before;
        do
        {
            before = Length();
            await Task.WhenAny(Completion, Task.Delay(quiet, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (!Completion.IsCompleted && Length() != before);
    }

    public void Dispose() => _pipe.Dispose();

    private async Task ReadAsync()
    {
        try
        {
            var part = new byte[8192];
            while (await _pipe.ReadAsync(part).ConfigureAwait(false) is > 0 and var count && TryKeep(part.AsSpan(0, count)))
            {
                // The next part.
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A pipe that breaks, or that nobody reads any longer, has ended.
        }
    }

    private bool TryKeep(ReadOnlySpan<byte> part)
    {
        lock (_gate)
        {
            _isTooLarge = _content.Length + part.Length > _most;
            if (!_isTooLarge)
                _content.Write(part);
            return !_isTooLarge;
        }
    }

    private long Length()
    {
        lock (_gate)
            return _content.Length;
    }
}
