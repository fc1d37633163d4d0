using YamlDotNet.RepresentationModel;

namespace Rekey.Cli.Tests.Configuration;

/// <summary>A place in a YAML document, and the ways down from it. Below what is not there, nothing is.</summary>
internal sealed record YamlPlace(YamlNode? Node)
{
    public string? Text => (Node as YamlScalarNode)?.Value;

    public IEnumerable<YamlPlace> Items => Node is YamlSequenceNode list ? list.Select(static node => new YamlPlace(node)) : [];

    public IEnumerable<(string Key, YamlPlace Value)> Entries =>
        Node is YamlMappingNode map ? map.Select(static entry => (((YamlScalarNode)entry.Key).Value!, new YamlPlace(entry.Value))) : [];

    public YamlPlace this[string key] =>
        new(Node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null);

    /// <summary>Its documents. Throws for what is no YAML.</summary>
    public static IReadOnlyList<YamlPlace> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(static document => new YamlPlace(document.RootNode))];
    }
}
