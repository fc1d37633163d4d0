namespace Rekey.Slack;

/// <summary>How long Slack wants to be left alone.</summary>
internal sealed class SlackPause(TimeProvider time)
{
    // What asks for more is mistaken, and would stop us from ever asking again.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private Moment? _end;

    public void Begin(TimeSpan? wait)
    {
        if (wait is not { Ticks: > 0 } span)
            return;
        lock (_gate)
            _end = Moment.Now(time).Plus(span < Longest ? span : Longest, time);
    }

    /// <summary>What is left of it; null when it is over.</summary>
    public TimeSpan? Left()
    {
        lock (_gate)
        {
            if (_end is not { } end)
                return null;
            if (!end.HasCome(time))
                return Moment.Now(time).Until(end, time);
            _end = null;
            return null;
        }
    }
}
