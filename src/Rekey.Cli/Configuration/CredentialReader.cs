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
        var path = Names.Below(Section, name);
        if (KindIn(element) == Words.AwsSsoKind)
            return StrictObject.Read(element, path, KeySet.AwsSso, problems) is { } session ? new AwsSsoReader(problems).Read(name, session) : null;
        if (KindIn(element) == Words.SlackKind)
            return StrictObject.Read(element, path, KeySet.Slack, problems) is { } slack ? new SlackReader(problems).Read(name, slack) : null;
        if (KindIn(element) == Words.OAuthKind)
            return StrictObject.Read(element, path, KeySet.OAuth, problems) is { } oauth ? new OAuthReader(problems).Read(name, oauth) : null;
        if (StrictObject.Read(element, path, KeySet.Credential, problems) is not { } entry)
            return null;

        var kind = KindOf(entry);
        var origins = _origins.Required(entry, kind is CredentialKind.Value ? null : OriginReader.DatabaseFields);
        var parts = PartsOf(entry, kind);
        var rules = entry["rules"] is { } written ? new RulesReader(problems).Read(written, entry.PathOf("rules")) : null;
        if (rules is not null && kind is CredentialKind.Database)
            problems.Add(entry.PathOf("rules"), "Only a 'value' has rules: a database is proved by its login.");
        var verify = entry["verify"] is { } way ? new VerifyReader(problems).Read(way, entry.PathOf("verify")) : null;
        if (entry["verify"] is not null && kind is CredentialKind.Database)
            problems.Add(entry.PathOf("verify"), "Only a 'value' is told how it is proved: a database is proved by its login.");
        var isRequired = entry.Flag("required") ?? true;
        var isSensitive = entry.Flag("sensitive") ?? true;
        if (!isSensitive && kind is CredentialKind.Database)
            problems.Add(entry.PathOf("sensitive"), "Only a 'value' can be declared not sensitive.");
        var latency = entry.Number("revocationLatencySeconds", 0, SecondsOfDay);
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
