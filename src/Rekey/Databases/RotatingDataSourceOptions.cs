namespace Rekey.Databases;

/// <summary>The bounds of a rotating data source.</summary>
public sealed record RotatingDataSourceOptions
{
    /// <summary>How many connections of a new pool are opened before it is used.</summary>
    public int MaxWarm { get; init; } = 8;

    /// <summary>How many old pools may drain at once before the next swap waits.</summary>
    public int MaxDraining { get; init; } = 3;

    /// <summary>How long after the drain limit a connection of an old pool may stay out when its lease has no end.</summary>
    public TimeSpan LeakLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long before the hard end of its lease a pool is closed by force.</summary>
    public TimeSpan CloseBeforeExpiry { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long disposing waits for connections to come back.</summary>
    public TimeSpan ShutdownLimit { get; init; } = TimeSpan.FromSeconds(2);
}
