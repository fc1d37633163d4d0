namespace Rekey;

/// <summary>A token bucket: requests on demand come through in a short burst, then one an interval. Progress may give its token back.</summary>
internal sealed class RefreshPace(TimeSpan interval, int burst, bool isProgressFree, TimeProvider time)
{
    private readonly Lock _gate = new();
    private double _tokens = burst;
    private long _refilled = time.GetTimestamp();

    /// <summary>Takes a token and says how long to wait before using it.</summary>
    public TimeSpan Take()
    {
        lock (_gate)
        {
            Refill_NeedsLock();
            _tokens -= 1;
            return _tokens >= 0 ? TimeSpan.Zero : interval * -_tokens;
        }
    }

    /// <summary>How long somebody would have to wait who took a token now.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (_gate)
            {
                Refill_NeedsLock();
                return _tokens >= 1 ? TimeSpan.Zero : interval * (1 - _tokens);
            }
        }
    }

    /// <summary>The last refresh brought a new version.</summary>
    public void Progress()
    {
        if (!isProgressFree)
            return;
        lock (_gate)
            _tokens = Math.Min(burst, _tokens + 1);
    }

    private void Refill_NeedsLock()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_refilled, now) / interval));
        _refilled = now;
    }
}
