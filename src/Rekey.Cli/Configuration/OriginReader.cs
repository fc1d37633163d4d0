using System.Text.Json;
using Rekey.References;

namespace Rekey.Cli.Configuration;

/// <summary>Reads <c>from</c>: a reference, an object that composes a document, or an array of these in order.</summary>
internal sealed class OriginReader(ProblemList problems)
{
    private const int MostInOrder = 16;

    // What a database document may consist of.
    private static readonly KeySet DatabaseFields = new(
        ["engine", "host", "port", "database", "username", "password", "encrypt"], ["exec"]);

    public IReadOnlyList<Origin> Read(JsonElement from, string path, CredentialKind kind)
    {
        if (from.ValueKind is not JsonValueKind.Array)
            return ReadOne(from, path, kind) is { } only ? [only] : [];
        if (from.GetArrayLength() is 0 or > MostInOrder)
            problems.Add(path, $"An array holds 1 to {MostInOrder} references.");
        return [.. from.EnumerateArray().Take(MostInOrder).Select((one, i) => ReadOne(one, $"{path}[{i}]", kind)).OfType<Origin>()];
    }

    private Origin? ReadOne(JsonElement element, string path, CredentialKind kind)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return ReferenceOf(element, path) is { } reference ? new Origin.Single(reference) : null;
            case JsonValueKind.Object:
                return Compose(element, path, kind);
            default:
                problems.Add(path, $"A reference is needed, not {StrictObject.Article(element.ValueKind)}.");
                return null;
        }
    }

    private Origin.Composed? Compose(JsonElement element, string path, CredentialKind kind)
    {
        if (kind is CredentialKind.Value)
        {
            problems.Add(path, element.TryGetProperty("exec", out _)
                ? Words.NotAvailable("'exec'")
                : "A 'value' is one text: name it by one reference, with '#field' where the document has fields.");
            return null;
        }
        if (StrictObject.Read(element, path, DatabaseFields, problems) is not { } strict)
            return null;
        var parts = new Dictionary<string, SecretReference>(StringComparer.Ordinal);
        foreach (var field in DatabaseFields.Known)
        {
            if (strict[field] is { } value && ReferenceOf(value, strict.PathOf(field)) is { } reference)
                parts.Add(field, reference);
        }
        if (!element.EnumerateObject().Any())
            problems.Add(path, "The object is empty: it composes a document, a reference for each field.");
        return new Origin.Composed(parts);
    }

    private SecretReference? ReferenceOf(JsonElement element, string path)
    {
        if (element.ValueKind is not JsonValueKind.String)
        {
            problems.Add(path, $"A reference is needed, not {StrictObject.Article(element.ValueKind)}.");
            return null;
        }
        if (!SecretReference.TryParse(element.GetString()!, out var reference, out var problem))
        {
            problems.Add(path, $"{problem} A secret is never written here: it is named.");
            return null;
        }
        if (Words.Schemes.Contains(reference.Scheme))
            return reference;
        problems.Add(path, Words.NotAvailable($"'{reference.Scheme}://'"));
        return null;
    }
}
