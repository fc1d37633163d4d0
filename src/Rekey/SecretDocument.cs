using System.Text.Json;

namespace Rekey;

/// <summary>What a store keeps under one name: a text, or fields. A text is read as a JSON object only when fields are asked for.</summary>
public sealed class SecretDocument : ICredential
{
    /// <summary>The largest content that is read from any source.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly HashSet<string> PublicFields = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "hostname", "server", "port", "database", "dbname", "engine", "encrypt", "username", "user",
        "dbInstanceIdentifier", "dbClusterIdentifier", "region", "workspace", "scheme", "version",
    };

    private readonly Secret _content;
    private IReadOnlyDictionary<string, Secret>? _fields;
    private IReadOnlySet<string> _noTexts = new HashSet<string>();

    private SecretDocument(Secret content, IReadOnlyDictionary<string, Secret>? fields)
    {
        _content = content;
        _fields = fields;
    }

    /// <summary>A document that is one text.</summary>
    public static SecretDocument FromText(Secret content) => new(content, fields: null);

    /// <summary>A document that came as fields: a directory of keys, a key-value store.</summary>
    public static SecretDocument FromFields(IEnumerable<KeyValuePair<string, Secret>> fields) =>
        new(default, new Dictionary<string, Secret>(fields, StringComparer.Ordinal));

    /// <summary>The text, verbatim. Empty when the document came as fields.</summary>
    public Secret Content => _content;

    /// <summary>Whether the document came as one text.</summary>
    public bool IsText => !_content.IsEmpty;

    /// <inheritdoc/>
    SecretDocument ICredential.Document => this;

    /// <summary>The fields. False when the text is not a JSON object.</summary>
    public bool TryGetFields(out IReadOnlyDictionary<string, Secret> fields)
    {
        fields = _fields ??= ReadObject(_content.Reveal()) ?? NoFields;
        return !ReferenceEquals(fields, NoFields);
    }

    /// <summary>One field. Null when it is absent or the document has no fields.</summary>
    public Secret? Field(string name) =>
        TryGetFields(out var fields) && fields.TryGetValue(name, out var value) ? value : null;

    /// <summary>Whether a field is a text, or a number, which reads as one; not an object, an array or a truth value.</summary>
    internal bool HoldsText(string field) => TryGetFields(out var fields) && fields.ContainsKey(field) && !_noTexts.Contains(field);

    /// <summary>Everything that must never be printed: the text, each field that is not a plain address, each nested value.</summary>
    public IEnumerable<KeyValuePair<string, Secret>> SensitiveValues()
    {
        if (IsText)
            yield return new("content", _content);
        if (!TryGetFields(out var fields))
            yield break;
        foreach (var (name, value) in fields)
        {
            if (PublicFields.Contains(name))
                continue;
            yield return new(name, value);
            foreach (var leaf in Leaves(value.Reveal()))
                yield return new(name, leaf);
        }
    }

    /// <summary>Prints the marker and nothing else.</summary>
    public override string ToString() => Secret.Marker;

    private static readonly IReadOnlyDictionary<string, Secret> NoFields = new Dictionary<string, Secret>(0);

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    private Dictionary<string, Secret>? ReadObject(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
            return null;
        try
        {
            using var json = JsonDocument.Parse(text, Strict);
            var fields = json.RootElement.EnumerateObject().Where(static f => f.Value.ValueKind is not JsonValueKind.Null).ToList();
            _noTexts = fields.Where(static f => f.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)).Select(static f => f.Name).ToHashSet();
            return fields.ToDictionary(static f => f.Name, static f => new Secret(f.Value.ValueKind is JsonValueKind.String ? f.Value.GetString()! : f.Value.GetRawText()));
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return null;
        }
    }

    // An escaped half of a surrogate pair is valid JSON and no text.
    private static bool IsUnreadable(Exception e) => e is JsonException or InvalidOperationException;

    private static IEnumerable<Secret> Leaves(string text)
    {
        if (!text.StartsWith('{') && !text.StartsWith('['))
            return [];
        try
        {
            using var json = JsonDocument.Parse(text, Strict);
            return Strings(json.RootElement).ToList();
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return [];
        }
    }

    private static IEnumerable<Secret> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [new Secret(element.GetString()!)],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static p => Strings(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(static e => Strings(e)),
        _ => [],
    };
}
