using Rekey.Cli.Composition;
using Rekey.Cli.Configuration;
using Rekey.Cli.Drivers;
using Rekey.Redaction;
using Rekey.Testing;
using Rekey.Testing.Slack;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>What other credentials read out of a session: they share its one lease, so that the pair never tears.</summary>
public sealed class SharedLeaseTests : SlackProcessTest
{
    private const string Readers = """
        , "token": { "kind": "value", "from": "credential://slack#token" }, "cookie": { "kind": "value", "from": "credential://slack#cookie" }
        """;

    [Fact]
    public async Task Token_and_cookie_change_together_with_every_refresh()
    {
        var slack = NewSlack();
        var session = slack.SignIn();
        await using var set = Build(slack);
        foreach (var name in new[] { "token", "cookie" })
            await Get(set, name).GetLeaseAsync(TestContext.Current.CancellationToken);
        Assert.Equal((session.Token, session.Cookie), PairOf(set));

        for (var refresh = 1; refresh <= 3; refresh++)
        {
            var before = PairOf(set);
            Assert.IsType<RefreshResult.Refreshed>(await Get(set, SlackHome.Name).RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken));
            await Until.True(() => PairOf(set) == (session.Token, session.Cookie));
            Assert.NotEqual(before.Token, session.Token);
            Assert.NotEqual(before.Cookie, session.Cookie);
        }
        Assert.All(["token", "cookie"], name => Assert.Equal(SlackHome.Name, Get(set, name).Status.Parent));
    }

    [Fact]
    public async Task The_executable_checks_the_session_and_both_of_its_readers_with_one_look()
    {
        var slack = NewSlack();
        slack.SignIn();
        slack.Configure(SlackHome.OnRequest, more: Readers);

        var end = await RunAsync(slack.Home, "check");

        Assert.Equal(ExitCode.Ready, end.ExitCode);
        Assert.All(["token", "cookie"], name => Assert.Matches($"(?m)^{name} +value +unverified", end.Output));
        Assert.Matches("(?m)^slack +slack +ready", end.Output);
        Assert.Equal((1, 0), (slack.Server.Calls(SlackServer.AuthTest), slack.Openings));
    }

    private CredentialSet Build(SlackHome slack)
    {
        var environment = new FakeEnvironment();
        foreach (var (name, value) in slack.Home.Environment)
            environment[name] = value;
        slack.Configure(SlackHome.OnRequest, more: Readers);
        var file = Directory.GetFiles(slack.Home.Path, "rekey.json", SearchOption.AllDirectories).Single();
        return CredentialSet.Of(ConfigurationReader.Parse(File.ReadAllBytes(file), file), new CredentialParts
        {
            Environment = environment,
            Secrets = new SecretRedactor(),
            Driver = DatabaseDrivers.All,
            Logger = Logger,
            Time = TimeProvider.System,
        });
    }

    private static ManagedCredential Get(CredentialSet set, string name) =>
        set.Configured.TryGet(name, out var credential) ? credential : throw new InvalidOperationException(name);

    private static (string? Token, string? Cookie) PairOf(CredentialSet set) => (ValueOf(set, "token"), ValueOf(set, "cookie"));

    private static string? ValueOf(CredentialSet set, string name) =>
        ((ManagedCredential<SecretValue>)Get(set, name)).Active?.Credential.Value.Reveal();
}
