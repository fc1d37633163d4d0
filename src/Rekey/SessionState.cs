namespace Rekey;

/// <summary>A session at one moment: secrets that belong together, and their end.</summary>
public sealed record SessionState
{
    /// <summary>The secrets by name. A pair is never torn: it is replaced as a whole.</summary>
    public required IReadOnlyDictionary<string, Secret> Fields { get; init; }

    /// <summary>When the part that is presented to services ends; null when the authority names no end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When a refresh obtained it; null for what the operator configured, whose age nobody knows.</summary>
    public DateTimeOffset? RefreshedAt { get; init; }

    /// <summary>One secret; null when it has none of that name.</summary>
    public Secret? this[string field] => Fields.TryGetValue(field, out var value) ? value : null;

    /// <summary>Whether both hold the same secrets.</summary>
    public bool HoldsSameAs(SessionState? other) =>
        other is not null && other.Fields.Count == Fields.Count && Fields.All(field => other[field.Key] == field.Value);

    /// <summary>Whether a refresh obtained it after <paramref name="known"/>; null is before everything.</summary>
    internal bool IsRefreshedAfter(DateTimeOffset? known) => RefreshedAt is { } at && (known is null || at > known);

    /// <summary>Prints no secret.</summary>
    public override string ToString() => Secret.Marker;
}
