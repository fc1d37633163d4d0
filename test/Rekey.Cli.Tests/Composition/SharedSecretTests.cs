using System.Text;
using Rekey.Cli.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Composition;

/// <summary>Several credentials in the fields of one secret of AWS.</summary>
public sealed class SharedSecretTests : AwsCompositionTest
{
    private const string Operation = "GetSecretValue";

    [Fact]
    public async Task References_that_differ_in_their_field_are_one_call_and_never_tear()
    {
        Server.Secrets.Create("orders", Pair(1));
        await using var set = Build(Configured("""
            "user": { "kind": "value", "from": "aws-sm://orders#username" },
            "password": { "kind": "value", "from": "aws-sm://orders#password" }
            """));
        await Task.WhenAll(set.Configured.All.Select(static c => c.GetLeaseAsync(TestContext.Current.CancellationToken).AsTask()));
        Assert.Equal(("user-name-1", "pass-word-1"), (ValueOf(set, "user"), ValueOf(set, "password")));
        Assert.Equal(1, Server.Count(Operation));

        // Only one of them is told, and the other follows.
        Server.Secrets.Put("orders", Pair(2));
        await RefreshAsync(set, "user");

        await Until.True(() => ValueOf(set, "password") == "pass-word-2");
        Assert.Equal("user-name-2", ValueOf(set, "user"));
        Assert.Equal(2, Server.Count(Operation));
    }

    [Fact]
    public async Task Another_stage_of_the_same_secret_is_another_reading()
    {
        Server.Secrets.Create("orders", Pair(1));
        Server.Secrets.Put("orders", Pair(2));
        await using var set = Build(Configured("""
            "now": { "kind": "value", "from": "aws-sm://orders?stage=AWSCURRENT#password" },
            "before": { "kind": "value", "from": "aws-sm://orders?stage=AWSPREVIOUS#password" }
            """));

        await RefreshAsync(set, "now");
        await RefreshAsync(set, "before");

        Assert.Equal(("pass-word-2", "pass-word-1"), (ValueOf(set, "now"), ValueOf(set, "before")));
    }

    private static RekeyConfiguration Configured(string credentials) =>
        ConfigurationReader.Parse(Encoding.UTF8.GetBytes($$"""{ "credentials": { {{credentials}} } }"""), "/nowhere/rekey.json");

    private Secret Pair(int version) =>
        new($$"""{ "username": "user-name-{{version}}", "password": "{{Plant($"pass-word-{version}").Reveal()}}" }""");
}
