namespace Rekey.Aws.Profiles;

/// <summary>A section of an AWS file: keys in lower case, each a text or a block of further keys.</summary>
public sealed class AwsSection
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>The text of a key; null when it is absent or empty.</summary>
    public string? this[string key] => _values.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    /// <summary>The keys that stand indented below <paramref name="key"/>, as they are written.</summary>
    public IReadOnlyDictionary<string, string> Block(string key)
    {
        var block = new Dictionary<string, string>(StringComparer.Ordinal);
        if (this[key] is not { } text || !text.StartsWith('\n'))
            return block;
        foreach (var line in text.Split('\n'))
        {
            if (line.Split('=', 2) is [var name, var value])
                block[name.Trim()] = value.Trim();
        }
        return block;
    }

    internal bool Has(string key) => _values.ContainsKey(key);

    internal void Set(string key, string value) => _values[key] = value;

    /// <summary>Takes over what <paramref name="other"/> has; where both have a key, the other's counts.</summary>
    internal AwsSection With(AwsSection other)
    {
        var both = new AwsSection();
        foreach (var (key, value) in _values.Concat(other._values))
            both.Set(key, value);
        return both;
    }
}
