using System.Text;
using System.Text.Json;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Databases;
using Rekey.References;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Configuration;

/// <summary>The schema and the reader accept the same. What the reader does decides, not what its tables say.</summary>
public sealed class SchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(Repository.Read("src/Rekey.Cli/rekey.schema.json")).RootElement;

    // One object of each kind that the reader has, with a place for a further key.
    private static readonly Dictionary<string, string> Objects = new()
    {
        ["#"] = """{ KEY }""",
        ["credential"] = """{ "credentials": { "a": { "kind": "database", "from": "env://A", KEY } } }""",
        ["awsSso"] = """{ "credentials": { "a": { KEY, "kind": "aws-sso", "profile": "work" } } }""",
        ["slack"] = """{ "credentials": { "a": { KEY, "kind": "slack", "from": "env://A" } } }""",
        ["slackDocument"] = """{ "credentials": { "a": { "kind": "slack", "from": { KEY } } } }""",
        ["oauth"] = """{ "credentials": { "a": { KEY, "kind": "oauth", "issuer": "https://login.example.com", "clientId": "me", "from": "env://A" } } }""",
        ["oauthDocument"] = """{ "credentials": { "a": { "kind": "oauth", "issuer": "https://login.example.com", "clientId": "me", "from": { KEY } } } }""",
        ["authorities"] = """{ "authorities": { KEY } }""",
        ["vault"] = """{ "authorities": { "vault": { KEY } } }""",
        ["vaultAuth"] = """{ "authorities": { "vault": { "auth": { KEY, "method": "token-file" } } } }""",
        ["store"] = """{ "store": { KEY } }""",
        ["database"] = """{ "credentials": { "a": { "kind": "database", "from": "env://A", "database": { KEY } } } }""",
        ["httpVerify"] = """{ "credentials": { "a": { "kind": "value", "from": "env://A", "verify": { KEY, "with": "http" } } } }""",
        ["redisVerify"] = """{ "credentials": { "a": { "kind": "value", "from": "env://A", "verify": { KEY, "with": "redis" } } } }""",
        ["databaseVerify"] = """{ "credentials": { "a": { "kind": "value", "from": "env://A", "verify": { KEY, "with": "sqlserver" } } } }""",
        ["noVerify"] = """{ "credentials": { "a": { "kind": "value", "from": "env://A", "verify": { KEY, "with": "none" } } } }""",
        ["rules"] = """{ "credentials": { "a": { "kind": "value", "from": "env://A", "rules": { KEY } } } }""",
        ["command"] = """{ "credentials": { "a": { "kind": "value", "from": { KEY, "exec": ["true"] } } } }""",
        ["composed"] = """{ "credentials": { "a": { "kind": "database", "from": { KEY } } } }""",
    };

    public static TheoryData<string> ObjectNames => [.. Objects.Keys];

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public void The_reader_knows_every_key_of_the_schema(string name)
    {
        foreach (var key in KeysOfSchema(name))
            Assert.False(IsUnknown(name, key), $"{name}: {key}");
    }

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public void The_schema_knows_every_key_of_the_reader(string name)
    {
        var inSchema = KeysOfSchema(name);
        // Every word that stands anywhere in the code as a key, tried at this place.
        KeySet[] sets =
        [
            KeySet.Root, KeySet.Credential, KeySet.Database, KeySet.AwsSso, KeySet.Slack, KeySet.OAuth, KeySet.Store, KeySet.Rules, KeySet.Command,
            KeySet.HttpVerify, KeySet.RedisVerify, KeySet.DatabaseVerify, KeySet.NoVerify,
            KeySet.Authorities, KeySet.Vault, KeySet.VaultAuth,
            OriginReader.DatabaseFields, SlackReader.Fields, OAuthReader.Fields,
        ];
        var words = sets.SelectMany(static set => set.Known.Concat(set.Later)).Concat(["url", "dbname", "poll", "access_token", "client_id"]).Distinct();

        // An object with a command in it is a command, and no document.
        var isDocument = name.EndsWith("ocument", StringComparison.Ordinal) || name == "composed";
        Assert.Equal(inSchema.Order(), words.Where(word => !IsUnknown(name, word) && !(isDocument && word == "exec")).Order());
    }

    [Theory]
    [MemberData(nameof(ObjectNames))]
    public void The_schema_forbids_what_it_does_not_name(string name) =>
        Assert.False(ObjectOf(name).GetProperty("additionalProperties").ValueKind is not (JsonValueKind.False or JsonValueKind.Object), name);

    [Fact]
    public void A_kind_with_keys_of_its_own_is_described_by_them()
    {
        var entry = Schema.GetProperty("properties").GetProperty("credentials").GetProperty("additionalProperties").GetProperty("allOf").EnumerateArray();
        var described = entry.Where(static rule => rule.TryGetProperty("then", out _)).ToDictionary(
            static rule => rule.GetProperty("if").GetProperty("properties").GetProperty("kind").GetProperty("const").GetString()!,
            static rule => rule.GetProperty("then").GetProperty("$ref").GetString()!);
        var rest = entry.Single(static rule => rule.TryGetProperty("else", out _)).GetProperty("if").GetProperty("properties").GetProperty("kind").GetProperty("enum");

        Assert.Equal(Words.Kinds.Except([Words.DatabaseKind, Words.ValueKind]).Order(), described.Keys.Order());
        Assert.Equal(described.Keys, rest.EnumerateArray().Select(static kind => kind.GetString()!));
        foreach (var (kind, place) in described)
            Assert.Equal(kind, Schema.GetProperty("$defs").GetProperty(place["#/$defs/".Length..]).GetProperty("properties").GetProperty("kind").GetProperty("const").GetString());
    }

    [Fact]
    public void Every_way_to_prove_a_value_is_described_by_its_keys()
    {
        var verify = ObjectOf("verify");
        var words = verify.GetProperty("properties").GetProperty("with").GetProperty("enum").EnumerateArray().Select(static e => e.GetString()!);
        var described = verify.GetProperty("allOf").EnumerateArray().Select(static rule => (
            With: WordsOf(rule.GetProperty("if").GetProperty("properties").GetProperty("with")),
            Keys: WordsOf(ObjectOf(rule.GetProperty("then").GetProperty("$ref").GetString()!["#/$defs/".Length..]).GetProperty("properties").GetProperty("with")))).ToList();

        Assert.Equal(Words.Verifiers, words);
        Assert.Equal(Words.Verifiers, described.SelectMany(static rule => rule.With));
        Assert.All(described, static rule => Assert.Equal(rule.With, rule.Keys));
    }

    private static string[] WordsOf(JsonElement schema) => schema.TryGetProperty("const", out var one)
        ? [one.GetString()!]
        : [.. schema.GetProperty("enum").EnumerateArray().Select(static e => e.GetString()!)];

    [Fact]
    public void Kinds_schemes_and_engines_are_the_same_on_both_sides()
    {
        var kinds = ObjectOf("credential").GetProperty("properties").GetProperty("kind").GetProperty("enum").EnumerateArray().Select(static e => e.GetString()!);
        var engines = ObjectOf("database").GetProperty("properties").GetProperty("engine").GetProperty("enum").EnumerateArray().Select(static e => e.GetString()!);
        var pattern = ObjectOf("reference").GetProperty("pattern").GetString()!;

        Assert.Equal(Words.Kinds, kinds);
        Assert.Equal($"^({string.Join('|', Words.Schemes)})://.", pattern);
        Assert.All(engines, static name => Assert.Contains(DatabaseEngines.Named(name), Words.Engines));
        Assert.Equal(Words.Engines, engines.Select(static name => DatabaseEngines.Named(name)!).Distinct());
    }

    [Fact]
    public void A_login_at_Vault_has_the_same_keys_on_both_sides()
    {
        foreach (var way in ObjectOf("vaultAuth").GetProperty("oneOf").EnumerateArray())
        {
            var properties = way.GetProperty("properties");
            var method = properties.GetProperty("method").GetProperty("const").GetString();
            var needed = way.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(static key => key.GetString()!).ToList() : [];
            var useless = properties.EnumerateObject().Where(static key => key.Value.ValueKind is JsonValueKind.False).Select(static key => key.Name);
            var others = string.Concat(KeySet.VaultAuth.Known.Except(["method"]).Select(static key => $", \"{key}\": 0"));

            Assert.Equal(needed, KeysToldAs("needs it", $$"""{ "method": "{{method}}" }"""));
            Assert.Equal(useless.Order(), KeysToldAs("no use for it", $$"""{ "method": "{{method}}"{{others}} }""").Order());
        }

        static IEnumerable<string> KeysToldAs(string told, string auth) =>
            ProblemsOf($$"""{ "authorities": { "vault": { "auth": {{auth}} } } }""")
                .Where(p => p.Message.EndsWith($"{told}.", StringComparison.Ordinal)).Select(static p => p.Path["authorities.vault.auth.".Length..]);
    }

    [Fact]
    public void Every_scheme_and_engine_is_either_available_or_refused_as_a_later_one()
    {
        foreach (var scheme in SecretReference.Schemes)
        {
            var problems = ProblemsOf($$"""{ "credentials": { "a": { "kind": "database", "from": "{{scheme}}://b" } } }""");
            Assert.Equal(!Words.Schemes.Contains(scheme), problems.Any(p => p.Message == $"'{scheme}://' is not available in this version."));
        }
        foreach (var engine in DatabaseEngines.Names)
            Assert.Equal(Words.Engines.Contains(engine), DatabaseDrivers.All.CatalogFor(engine) is not null);
    }

    private static JsonElement ObjectOf(string name) => name == "#" ? Schema : Schema.GetProperty("$defs").GetProperty(name);

    private static List<string> KeysOfSchema(string name) =>
        [.. ObjectOf(name).GetProperty("properties").EnumerateObject().Select(static p => p.Name)];

    private static bool IsUnknown(string name, string key)
    {
        // A wrong value is a problem of another kind; a key that is there already is no news either.
        var json = Objects[name].Replace("KEY", $"\"{key}\": 0", StringComparison.Ordinal);
        return ProblemsOf(json).Any(p => p.Message.Contains("is unknown", StringComparison.Ordinal) || p.Message.Contains("not available", StringComparison.Ordinal)
            || p.Message.Contains("never written here", StringComparison.Ordinal));
    }

    private static IReadOnlyList<ConfigurationProblem> ProblemsOf(string json)
    {
        try
        {
            _ = ConfigurationReader.Parse(Encoding.UTF8.GetBytes(json), "/etc/rekey/rekey.json");
            return [];
        }
        catch (ConfigurationException e)
        {
            return e.Problems;
        }
    }
}
