using System.Text.Json;
using Rekey.Cli.Tests.Processes;
using Rekey.Testing.Aws;

namespace Rekey.Cli.Tests.Aws;

/// <summary>A running server whose identity ends, and what a human does about it without a restart.</summary>
public sealed class AwsRecoveryTests : AwsProcessTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task New_keys_in_the_file_are_taken_when_somebody_asks(bool byTool)
    {
        var home = NewHome();
        home.Variables["AWS_PROFILE"] = "work";
        home.WriteKeys("work", Session(home, TimeSpan.FromMinutes(-1)));
        await using var session = await RawSession.StartAsync(home.Home, "--log-level", "trace");
        var error = (await RefreshAsync(session)).GetProperty("error");
        Assert.Equal("AWS_AUTH_REQUIRED", error.GetProperty("code").GetString());
        Assert.Contains("'work'", error.GetProperty("nextStep").GetString());

        home.WriteKeys("work", Session(home, TimeSpan.FromHours(1)));

        if (byTool)
            Assert.True((await RefreshAsync(session)).GetProperty("success").GetBoolean());
        else
            Assert.Equal(ExitCode.Ready, (await ChildProcess.RunAsync(BuiltExecutable.Path, ["refresh"], home.Home.Environment)).ExitCode);
        Assert.True(await IsHeldAsync(session));
        await EndAsync(session);
    }

    [Fact]
    public async Task A_profile_that_comes_into_being_later_is_found()
    {
        var home = NewHome();
        await using var session = await RawSession.StartAsync(home.Home);
        Assert.Equal("AWS_AUTH_REQUIRED", (await RefreshAsync(session)).GetProperty("error").GetProperty("code").GetString());

        home.WriteKeys("default", home.User);

        Assert.True((await RefreshAsync(session)).GetProperty("success").GetBoolean());
        await EndAsync(session);
    }

    [Fact]
    public async Task What_was_read_stays_in_use_while_the_identity_is_gone()
    {
        var home = NewHome();
        home.Variables["AWS_PROFILE"] = "work";
        var reader = Session(home, TimeSpan.FromHours(1));
        home.WriteKeys("work", reader);
        await using var session = await RawSession.StartAsync(home.Home);
        Assert.True((await RefreshAsync(session)).GetProperty("success").GetBoolean());

        home.Account.Remove(reader);

        var failed = await RefreshAsync(session);
        Assert.Equal("AWS_AUTH_REQUIRED", failed.GetProperty("error").GetProperty("code").GetString());
        Assert.True(await IsHeldAsync(session));
        await EndAsync(session);
    }

    [Fact]
    public async Task Every_key_on_the_way_is_known_to_the_redactor()
    {
        var home = NewHome();
        home.WriteRole();
        home.Home.Configure($$"""
            { "credentials": {
                "orders": { "kind": "value", "from": "aws-sm://orders" },
                "paint": { "kind": "database", "from": "file://{{home.Home.Write("url", $"sqlite:{home.Home.Database("paint.db", "blue")}")}}" } } }
            """);
        await using var session = await RawSession.StartAsync(home.Home, "--log-level", "trace");
        await session.CallAsync("refresh_secret", new { });

        var minted = Assert.Single(home.Account.Sessions);
        foreach (var secret in new[] { home.User.SecretAccessKey, minted.SecretAccessKey, minted.SessionToken!.Value })
        {
            var answer = await session.CallAsync("run_select", new { query = $"select '{Plant(secret.Reveal()).Reveal()}' as told" });
            Assert.Contains(Secret.Marker, answer.ToString());
        }
        await EndAsync(session);
    }

    private Principal Session(AwsHome home, TimeSpan life) =>
        Plant(home.Account.Add(Principal.NewSession("reader", "test", home.Account.Time.GetUtcNow() + life)));

    private static async Task<JsonElement> RefreshAsync(RawSession session) =>
        (await session.CallAsync("refresh_secret", new { credential = "orders" })).GetProperty("structuredContent");

    // A value cannot be proved; that there is one to present shows in its fingerprint.
    private static async Task<bool> IsHeldAsync(RawSession session)
    {
        var listed = await session.CallAsync("list_credentials", new { });
        return listed.GetProperty("structuredContent").GetProperty("credentials")[0].TryGetProperty("fingerprint", out _);
    }

    private async Task EndAsync(RawSession session)
    {
        await session.CloseAsync();
        Observe(string.Join('\n', session.Lines));
        Observe(session.Server.Errors);
    }
}
