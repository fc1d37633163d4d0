namespace Rekey.Testing.Aws;

/// <summary>One version of a parameter.</summary>
public sealed record AwsParameter(string Name, int Version, ParameterType Type, Secret Value, DateTimeOffset Modified)
{
    /// <summary>The labels that select it.</summary>
    public IReadOnlyCollection<string> Labels { get; init; } = [];

    /// <summary>Whether it is the one that a selector names: a number or a label.</summary>
    public bool IsSelectedBy(string selector) =>
        int.TryParse(selector, out var version) ? version == Version : Labels.Contains(selector);
}
