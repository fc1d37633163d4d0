using System.Text.Json;
using Rekey.Databases;

namespace Rekey.Cli.Configuration;

/// <summary>Reads the entries of <c>credentials</c>.</summary>
internal sealed class CredentialReader(ProblemList problems)
{
    private const string Section = "credentials";
    private const int Most = 500;
    private const int SecondsOfDay = 86400;

    private readonly OriginReader _origins = new(problems);

    public IReadOnlyList<CredentialConfiguration> Read(JsonElement section)
    {
        if (section.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(Section, $"An object is needed, not {StrictObject.Article(section.ValueKind)}.");
            return [];
        }
        var credentials = new Dictionary<string, CredentialConfiguration?>(StringComparer.Ordinal);
        var position = 0;
        if (section.EnumerateObject().Count() > Most)
            problems.Add(Section, $"There are more than {Most} credentials.");
        foreach (var entry in section.EnumerateObject().Take(Most))
        {
            position++;
            if (!Names.IsGood(entry.Name))
                problems.Add(Section, $"The name of entry {position} cannot be used ({Names.Rule}).");
            else if (!credentials.TryAdd(entry.Name, null))
                problems.Add(Names.Below(Section, entry.Name), "The key is given twice.");
            else
                credentials[entry.Name] = ReadOne(entry.Name, entry.Value);
        }
        new CredentialLinks(problems, Section).Check([.. credentials.Keys], [.. credentials.Values.OfType<CredentialConfiguration>()]);
        return [.. credentials.Values.OfType<CredentialConfiguration>()];
    }

    private CredentialConfiguration? ReadOne(string name, JsonElement element)
    {
        var (keys, read) = ReaderOf(KindIn(element));
        return StrictObject.Read(element, Names.Below(Section, name), keys, problems) is { } entry ? read(name, entry) : null;
    }

    private (KeySet Keys, Func<string, StrictObject, CredentialConfiguration?> Read) ReaderOf(string? kind) => kind switch
    {
        Words.AwsSsoKind => (KeySet.AwsSso, new AwsSsoReader(problems).Read),
        Words.SlackKind => (KeySet.Slack, new SlackReader(problems).Read),
        Words.OAuthKind => (KeySet.OAuth, new OAuthReader(problems).Read),
        _ => (KeySet.Credential, ReadFetched),
    };

    // A database or a value: what is fetched as it is, and not renewed by using it.
    private CredentialConfiguration? ReadFetched(string name, StrictObject entry)
    {
        var kind = KindOf(entry);
        var origins = _origins.Required(entry, kind is CredentialKind.Value ? null : OriginReader.DatabaseFields);
        var parts = PartsOf(entry, kind);
        var rules = entry["rules"] is { } written ? new RulesReader(problems).Read(written, entry.PathOf("rules")) : null;
        var verify = entry["verify"] is { } way ? new VerifyReader(problems).Read(way, entry.PathOf("verify")) : null;
        var isRequired = entry.Flag("required") ?? true;
        var isSensitive = entry.Flag("sensitive") ?? true;
        var latency = entry.Number("revocationLatencySeconds", 0, SecondsOfDay);
        if (kind is CredentialKind.Database)
            RefuseWhatOnlyValuesHave(entry, isSensitive);
        return kind is null ? null : new CredentialConfiguration
        {
            Name = name,
            Kind = kind.Value,
            From = origins,
            Database = parts,
            Rules = rules,
            Verify = verify,
            RevocationLatency = latency is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            IsRequired = isRequired,
            IsSensitive = isSensitive,
        };
    }

    private void RefuseWhatOnlyValuesHave(StrictObject entry, bool isSensitive)
    {
        if (entry["rules"] is not null)
            problems.Add(entry.PathOf("rules"), "Only a 'value' has rules: a database is proved by its login.");
        if (entry["verify"] is not null)
            problems.Add(entry.PathOf("verify"), "Only a 'value' is told how it is proved: a database is proved by its login.");
        if (!isSensitive)
            problems.Add(entry.PathOf("sensitive"), "Only a 'value' can be declared not sensitive.");
    }

    private static string? KindIn(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty("kind", out var kind) && kind.ValueKind is JsonValueKind.String
            ? kind.GetString()
            : null;

    private CredentialKind? KindOf(StrictObject entry)
    {
        if (entry["kind"] is null)
        {
            problems.Add(entry.PathOf("kind"), $"It is missing: {string.Join(" or ", Words.Kinds)}.");
            return null;
        }
        switch (entry.Text("kind"))
        {
            case null:
                return null;
            case Words.DatabaseKind:
                return CredentialKind.Database;
            case Words.ValueKind:
                return CredentialKind.Value;
            case var unknown:
                problems.Add(
                    entry.PathOf("kind"),
                    $"The kind is unknown ({string.Join(", ", Words.Kinds)}).{Names.DidYouMean(unknown, Words.Kinds)}");
                return null;
        }
    }

    private DatabaseParts? PartsOf(StrictObject entry, CredentialKind? kind)
    {
        if (entry["database"] is not { } element)
            return null;
        if (kind is CredentialKind.Value)
        {
            problems.Add(entry.PathOf("database"), "A 'value' has no fixed parts; they belong to the kind 'database'.");
            return null;
        }
        return new DatabasePartsReader(problems).Read(element, entry.PathOf("database"));
    }
}
