using System.Text.Json;
using Rekey.Azure.KeyVault;
using Rekey.Files;
using Rekey.References;
using Rekey.Vault;

namespace Rekey.Cli.Configuration;

/// <summary>Reads <c>from</c>: a reference, an object that composes a document, or an array of these in order.</summary>
internal sealed class OriginReader(ProblemList problems)
{
    private const int MostInOrder = 16;

    /// <summary>What a database document may consist of.</summary>
    public static KeySet DatabaseFields { get; } = new(
        ["engine", "host", "port", "database", "username", "password", "encrypt"], []);

    /// <summary>The <c>from</c> of an entry that needs one; <paramref name="fields"/> are those of its document, null where it is one text.</summary>
    public IReadOnlyList<Origin> Required(StrictObject entry, KeySet? fields)
    {
        if (entry["from"] is { } from)
            return Read(from, entry.PathOf("from"), fields);
        problems.Add(entry.PathOf("from"), "It is missing: a reference that names where the secret is, for example env://NAME.");
        return [];
    }

    private IReadOnlyList<Origin> Read(JsonElement from, string path, KeySet? fields)
    {
        if (from.ValueKind is not JsonValueKind.Array)
            return ReadOne(from, path, fields) is { } only ? [only] : [];
        if (from.GetArrayLength() is 0 or > MostInOrder)
            problems.Add(path, $"An array holds 1 to {MostInOrder} references.");
        return [.. from.EnumerateArray().Take(MostInOrder).Select((one, i) => ReadOne(one, $"{path}[{i}]", fields)).OfType<Origin>()];
    }

    private Origin? ReadOne(JsonElement element, string path, KeySet? fields)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return ReferenceOf(element, path) is { } reference ? new Origin.Single(reference) : null;
            case JsonValueKind.Object when element.TryGetProperty("exec", out _):
                return new CommandReader(problems).Read(element, path);
            case JsonValueKind.Object:
                return Compose(element, path, fields);
            default:
                problems.Add(path, $"A reference is needed, not {StrictObject.Article(element.ValueKind)}.");
                return null;
        }
    }

    private Origin.Composed? Compose(JsonElement element, string path, KeySet? fields)
    {
        if (fields is null)
        {
            problems.Add(path, "A 'value' is one text: name it by one reference, with '#field' where the document has fields.");
            return null;
        }
        if (StrictObject.Read(element, path, fields, problems) is not { } strict)
            return null;
        var parts = new Dictionary<string, SecretReference>(StringComparer.Ordinal);
        foreach (var field in fields.Known)
        {
            if (strict[field] is { } value && ReferenceOf(value, strict.PathOf(field)) is { } reference)
                parts.Add(field, reference);
        }
        if (!element.EnumerateObject().Any())
            problems.Add(path, "The object is empty: it composes a document, a reference for each field.");
        return new Origin.Composed(parts);
    }

    /// <summary>One reference; null, and a problem, when it is none that this version can follow.</summary>
    public SecretReference? ReferenceOf(JsonElement element, string path)
    {
        if (element.ValueKind is not JsonValueKind.String)
        {
            problems.Add(path, $"A reference is needed, not {StrictObject.Article(element.ValueKind)}.");
            return null;
        }
        return ReferenceOf(element.GetString()!, path);
    }

    /// <inheritdoc cref="ReferenceOf(JsonElement, string)"/>
    public SecretReference? ReferenceOf(string text, string path)
    {
        if (!SecretReference.TryParse(text, out var reference, out var problem))
        {
            problems.Add(path, $"{problem} A secret is never written here: it is named.");
            return null;
        }
        if (reference is { Scheme: "file" } && reference.Options.TryGetValue("format", out var format) && !FileFormats.Names.ContainsKey(format))
            problems.Add(path, $"The format is unknown ({string.Join(", ", FileFormats.Names.Keys)}).");
        if (reference.Scheme == "vault")
            CheckVault(reference, path);
        if (reference.Scheme == "azure-kv" && KeyVaultSource.ProblemOf(reference.Path, reference.Options.GetValueOrDefault("version")) is { } wrong)
            problems.Add(path, wrong);
        if (Words.Schemes.Contains(reference.Scheme))
            return reference;
        problems.Add(path, Words.NotAvailable($"'{reference.Scheme}://'"));
        return null;
    }

    private void CheckVault(SecretReference reference, string path)
    {
        if (VaultSource.ProblemOf(reference.Path, reference.Options.GetValueOrDefault("namespace")) is { } problem)
            problems.Add(path, problem);
        if (reference.Options.TryGetValue("engine", out var engine) && !VaultEngines.TryParse(engine, out _))
            problems.Add(path, $"The engine is unknown ({string.Join(", ", VaultEngines.Names)}).{Names.DidYouMean(engine, VaultEngines.Names)}");
    }
}
