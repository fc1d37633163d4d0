using System.Text.Json;

namespace Rekey.Cli.Configuration;

/// <summary>One object of the file, read strictly: what it must not hold is a problem, and what is asked of it has the right type.</summary>
internal sealed class StrictObject
{
    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly ProblemList _problems;

    private StrictObject(string path, ProblemList problems) => (_path, _problems) = (path, problems);

    /// <summary>Null, and a problem, when <paramref name="element"/> is no object.</summary>
    public static StrictObject? Read(JsonElement element, string path, KeySet keys, ProblemList problems)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(path, $"An object is needed, not {Article(element.ValueKind)}.");
            return null;
        }
        var strict = new StrictObject(path, problems);
        foreach (var property in element.EnumerateObject())
            strict.Add(property, keys);
        return strict;
    }

    public JsonElement? this[string key] => _values.TryGetValue(key, out var value) ? value : null;

    public string PathOf(string key) => Names.Below(_path, key);

    /// <summary>A text that is not empty; null when it is absent or a problem.</summary>
    public string? Text(string key)
    {
        if (this[key] is not { } value || !Has(key, value, JsonValueKind.String))
            return null;
        var text = value.GetString()!;
        if (!string.IsNullOrWhiteSpace(text))
            return text;
        _problems.Add(PathOf(key), "The text is empty.");
        return null;
    }

    /// <summary>A text that may be empty; null when it is absent or a problem.</summary>
    public string? TextOrNothing(string key) =>
        this[key] is { } value && Has(key, value, JsonValueKind.String) ? value.GetString() : null;

    /// <summary>True or false; null when it is absent or a problem.</summary>
    public bool? Flag(string key)
    {
        if (this[key] is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        _problems.Add(PathOf(key), $"true or false is needed, not {Article(value.ValueKind)}.");
        return null;
    }

    /// <summary>A whole number; null when it is absent or a problem.</summary>
    public int? Number(string key, int least, int most)
    {
        if (this[key] is not { } value || !Has(key, value, JsonValueKind.Number))
            return null;
        if (value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        _problems.Add(PathOf(key), $"A whole number from {least} to {most} is needed.");
        return null;
    }

    /// <summary>"a string", "an array": how people call what stands there.</summary>
    public static string Article(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private bool Has(string key, JsonElement value, JsonValueKind kind)
    {
        if (value.ValueKind == kind)
            return true;
        _problems.Add(PathOf(key), $"{Capital(Article(kind))} is needed, not {Article(value.ValueKind)}.");
        return false;
    }

    private void Add(JsonProperty property, KeySet keys)
    {
        var (key, path) = (property.Name, PathOf(property.Name));
        if (keys.Later.Contains(key))
            _problems.Add(path, Words.NotAvailable($"'{key}'"));
        else if (!keys.Known.Contains(key))
            _problems.Add(path, $"The key {Names.Print(key)} is unknown.{Names.DidYouMean(key, keys.Known)}");
        else if (!_values.TryAdd(key, property.Value))
            _problems.Add(path, "The key is given twice.");
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
