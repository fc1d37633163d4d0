namespace Rekey;

/// <summary>One instant on both clocks. The wall clock counts sleep and can jump; the monotonic one does neither.</summary>
/// <param name="Wall">Coordinated universal time.</param>
/// <param name="Timestamp">The provider's timestamp.</param>
public readonly record struct Moment(DateTimeOffset Wall, long Timestamp)
{
    /// <summary>Now, on both clocks.</summary>
    public static Moment Now(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());

    /// <summary>The moment <paramref name="span"/> later on both clocks.</summary>
    public Moment Plus(TimeSpan span, TimeProvider time)
    {
        var wall = span >= DateTimeOffset.MaxValue - Wall ? DateTimeOffset.MaxValue : Wall + span;
        var ticks = span.TotalSeconds * time.TimestampFrequency;
        return new(wall, ticks >= long.MaxValue - Timestamp ? long.MaxValue : Timestamp + (long)ticks);
    }

    /// <summary>How long until this moment on the clock that is nearer to it: validity is judged by the pessimist.</summary>
    public TimeSpan Until(Moment later, TimeProvider time)
    {
        var wall = later.Wall - Wall;
        var monotonic = later.Timestamp == long.MaxValue
            ? TimeSpan.MaxValue
            : TimeSpan.FromSeconds((later.Timestamp - Timestamp) / (double)time.TimestampFrequency);
        return wall < monotonic ? wall : monotonic;
    }

    /// <summary>Whether this moment has come on either clock.</summary>
    public bool HasCome(TimeProvider time) => time.GetTimestamp() >= Timestamp || time.GetUtcNow() >= Wall;
}
