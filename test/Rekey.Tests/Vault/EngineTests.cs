using System.Text.Json.Nodes;
using Rekey.Testing.Http;
using Rekey.Testing.Vault;
using Rekey.Vault;

namespace Rekey.Tests.Vault;

/// <summary>What is read at a path.</summary>
public sealed class EngineTests : VaultTest
{
    private const string MountPath = "/v1/sys/internal/ui/mounts/secret/github";
    private const string GitHub = "/v1/secret/data/github";

    [Fact]
    public async Task A_version_of_a_key_value_has_its_number()
    {
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        Server.KeyValues.Put("github", Fields("token", "the-second"));

        var answer = await FetchAsync(Source("secret/github"));

        Assert.Equal("2", answer.Version);
        Assert.Equal("the-second", answer.Credential.Field("token")!.Value.Reveal());
        Assert.Equal((null, null, ParentBond.Access), (answer.TimeToLive, answer.LeaseId, answer.Bond));
    }

    [Fact]
    public async Task The_mount_is_asked_once_and_again_after_a_failure()
    {
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        var source = Source("secret/github");
        await FetchAsync(source);
        await FetchAsync(source);
        Assert.Equal(1, Server.Count(MountPath));

        Server.KeyValues.Delete("github");
        await FailureAsync(source);
        await FailureAsync(source);

        Assert.Equal(2, Server.Count(MountPath));
    }

    [Fact]
    public async Task An_engine_that_is_named_is_not_asked_for()
    {
        Server.KeyValues.Put("github", Fields("token", "the-first"));

        await FetchAsync(Source("secret/github", VaultEngine.Kv2));

        Assert.Equal(0, Server.Count("/v1/sys/internal/"));
    }

    [Fact]
    public async Task A_mount_that_may_not_be_asked_names_the_option()
    {
        Role = new VaultTokenRole { Allows = static path => !path.StartsWith("sys/internal", StringComparison.Ordinal) };

        var error = await FailureAsync(Source("secret/github"));

        Assert.Equal("VAULT_ENGINE_UNKNOWN", error.Code);
        Assert.Contains("engine=", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(1, Server.Tokens.LogIns);
    }

    [Theory]
    [InlineData("secret/github", "secret/data/github")]
    [InlineData("secret/a/b c/ü", "secret/data/a/b c/ü")]
    [InlineData("team/kv/data/github", "team/kv/data/github")]
    public async Task With_the_engine_named_the_mount_is_the_first_name_unless_the_path_is_Vaults_own(string written, string api)
    {
        await FailureAsync(Source(written, VaultEngine.Kv2));

        Assert.Equal(1, Server.Count("/v1/" + api));
    }

    [Fact]
    public async Task A_mount_of_several_names_is_found_by_asking()
    {
        Server.Answer("/v1/sys/internal/ui/mounts/team/kv/github", new HttpReply(200, """{"data":{"path":"team/kv/","type":"kv","options":{"version":"2"}}}"""));

        await FailureAsync(Source("team/kv/github"));

        Assert.Equal(1, Server.Count("/v1/team/kv/data/github"));
    }

    [Theory]
    [InlineData("""{"data":{"path":"secret/","type":"generic"}}""", "secret/github")]
    [InlineData("""{"data":{"path":"secret/","type":"kv","options":null}}""", "secret/github")]
    [InlineData("""{"data":{"path":"secret/","type":"aws"}}""", "secret/github")]
    public async Task Other_engines_are_read_where_the_path_says(string mount, string api)
    {
        Server.Answer(MountPath, new HttpReply(200, mount));

        await FailureAsync(Source("secret/github"));

        Assert.Equal(1, Server.Count("/v1/" + api));
    }

    [Theory]
    [InlineData("""{"data":{"path":"other/","type":"kv"}}""")]
    [InlineData("""{"data":{"type":"kv"}}""")]
    [InlineData("""{"data":null}""")]
    public async Task A_mount_that_says_nothing_of_use_is_an_unknown_engine(string mount)
    {
        Server.Answer(MountPath, new HttpReply(200, mount));

        Assert.Equal("VAULT_ENGINE_UNKNOWN", (await FailureAsync(Source("secret/github"))).Code);
    }

    [Fact]
    public async Task What_is_deleted_what_is_destroyed_and_what_was_never_there_are_three_things()
    {
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        Server.KeyValues.Delete("github");
        var source = Source("secret/github");
        Assert.Equal(("VAULT_SECRET_DELETED", true), await ErrorAsync());

        Server.KeyValues.Undelete("github");
        await FetchAsync(source);
        Server.KeyValues.Destroy("github");
        Assert.Equal(("VAULT_SECRET_DELETED", true), await ErrorAsync());

        Server.KeyValues.Forget("github");
        Assert.Equal(("SOURCE_UNAVAILABLE", true), await ErrorAsync());

        Server.Answer(GitHub, new HttpReply(404, """{"errors":["no handler for route \"secret/data/github\". route entry not found."]}"""));
        Assert.Equal(("SOURCE_UNAVAILABLE", false), await ErrorAsync());

        async Task<(string, bool)> ErrorAsync()
        {
            var error = await FailureAsync(source);
            return (error.Code, error.IsWithdrawal);
        }
    }

    [Fact]
    public async Task A_deleted_secret_is_used_no_longer_than_the_revocation_latency()
    {
        Policy = Policy with { RevocationLatency = TimeSpan.FromMinutes(1) };
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        var credential = Keep("secret/github");
        var lease = await credential.GetAsync();

        Server.KeyValues.Delete("github");
        await credential.RefreshAsync(RefreshTrigger.Manual);

        Assert.Equal(Time.GetUtcNow().AddMinutes(1), lease.Term.Expires!.Value.Wall);
    }

    [Fact]
    public async Task A_path_that_was_copied_from_a_policy_is_told_from_a_missing_one()
    {
        var error = await FailureAsync(Source("secret/data/github"));

        Assert.Contains("'data/'", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_permission_names_the_rule_that_gives_it()
    {
        Role = new VaultTokenRole { Allows = static path => path != "secret/data/github" };
        Server.KeyValues.Put("github", Fields("token", "the-first"));

        var error = await FailureAsync(Source("secret/github"));

        Assert.Equal("SOURCE_REFUSED", error.Code);
        Assert.Contains("path \"secret/data/github\" { capabilities = [\"read\"] }", error.NextStep, StringComparison.Ordinal);
        Assert.Equal(1, Server.Tokens.LogIns);
    }

    [Fact]
    public async Task Numbers_truth_values_and_nested_fields_come_as_their_text_and_null_does_not_come()
    {
        Server.KeyValues.Put1("mixed", new JsonObject { ["port"] = 5432, ["encrypt"] = true, ["nested"] = new JsonObject { ["a"] = 1 }, ["none"] = null });

        Assert.True((await FetchAsync(Source("kv1/mixed"))).Credential.TryGetFields(out var fields));

        Assert.Equal(["encrypt=true", "nested={\"a\":1}", "port=5432"], fields.Select(static f => $"{f.Key}={f.Value.Reveal()}").Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("secret//github")]
    [InlineData("secret/../sys/seal")]
    [InlineData("secret/./github")]
    public void A_path_that_names_no_secret_or_another_place_is_refused(string path)
    {
        Assert.NotNull(VaultSource.ProblemOf(path));
        Assert.Throws<ArgumentException>(() => Source(path));
    }

    [Fact]
    public async Task Namespaces_go_with_every_call_and_a_reference_may_name_its_own()
    {
        Server.Namespace = "team";
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        var options = Options with { Namespace = "/team/" };
        var token = LogIn(options: options);

        await FetchAsync(new VaultSource("secret/github", token, options));
        Assert.All(Server.Calls, call => Assert.Equal("team", call.Header("X-Vault-Namespace")));

        await FailureAsync(new VaultSource("secret/github", token, options, VaultEngine.Kv2, @namespace: "other"));
        Assert.Equal("other", Server.Calls.Last().Header("X-Vault-Namespace"));
    }

    [Fact]
    public void Engines_are_known_by_their_names()
    {
        Assert.All(VaultEngines.Names, static name => Assert.True(VaultEngines.TryParse(name, out _)));
        Assert.False(VaultEngines.TryParse("KV2", out _));
    }
}
