using System.Text.Json;
using Rekey.Cli.Tests.Processes;
using Rekey.Cli.Tests.SlackSessions;
using Rekey.Testing.Slack;

namespace Rekey.Cli.Tests.OAuthSessions;

/// <summary>Several servers of one user on sessions whose refresh tokens are good once and end the session when they come back.</summary>
public sealed class ManyProcessesTests : OAuthProcessTest
{
    private const int Processes = 6;
    private const int Rotations = 3;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(6);

    // A life so short is refreshed when half of it is over, and at most a twentieth of that sooner.
    private static readonly TimeSpan ShortestUse = Life * 0.475;

    [Fact]
    public async Task Six_servers_share_every_rotation_of_OAuth_and_of_Slack_and_end_with_the_same_live_tokens()
    {
        var work = NewWork();
        await using var slack = new SlackHome(work.Home, Planted);
        var family = work.Consent();
        var app = slack.Book.InstallRotated();
        work.Server.Book.TokenLife = slack.Book.TokenLife = Life;
        work.Home.Configure($$"""
            { "credentials": { "{{OAuthHome.Name}}": { {{work.Credential}} }, "{{SlackHome.Name}}": { {{slack.Rotated(app)}} } } }
            """);
        var began = TimeProvider.System.GetTimestamp();
        var servers = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => ServeAsync(work.Home)));

        await UntilAsync(
            () => Task.FromResult((family.Refreshes, app.Refreshes, Replays: family.Replays + app.Replays)),
            static n => n.Replays > 0 || Math.Min(n.Item1, n.Item2) >= Rotations);
        Assert.Equal((0, false, 0, false), (family.Replays, family.IsRevoked, app.Replays, app.IsRevoked));
        work.Server.Book.TokenLife = slack.Book.TokenLife = TimeSpan.FromHours(1); // the last rotation
        foreach (var name in new[] { OAuthHome.Name, SlackHome.Name })
            await UntilAsync(() => ListedAsync(servers, name), HaveSettled);

        var most = 1 + (int)(TimeProvider.System.GetElapsedTime(began) / ShortestUse);
        Assert.Equal((0, false, 0, false), (family.Replays, family.IsRevoked, app.Replays, app.IsRevoked));
        Assert.Equal((work.Exchanges, slack.Server.Calls(SlackServer.TokenAccess)), (family.Refreshes, app.Refreshes)); // nobody asked in vain
        Assert.InRange(family.Refreshes, Rotations + 1, most);
        Assert.InRange(app.Refreshes, Rotations + 1, most);
        var record = await StoredAsync(work.Home, OAuthHome.Name);
        Assert.Equal(family.Refreshes, record.Refreshes);
        Assert.True(work.Server.Book.Accepts(record.Current["access_token"]!.Value.Reveal()));
        Assert.All(await ListedAsync(servers, OAuthHome.Name), one => Assert.Equal(record.Current.ExpiresAt, one.GetProperty("expiresAt").GetDateTimeOffset()));
        Assert.Equal(app.Refreshes, (await StoredAsync(work.Home, SlackHome.Name)).Refreshes);
        foreach (var server in servers)
        {
            Assert.Equal("healthy", Text(await HealthAsync(server, SlackHome.Name), "health"));
            Assert.Equal(app.Token, slack.ShownToken);
        }
    }

    private static Task<JsonElement[]> ListedAsync(RawSession[] servers, string name) => Task.WhenAll(servers.Select(server => ListedAsync(server, name)));

    // A token of another life than the first ones have, with all of them.
    private static bool HaveSettled(JsonElement[] all) =>
        all.All(static c => c.TryGetProperty("expiresAt", out var end) && end.GetDateTimeOffset() > TimeProvider.System.GetUtcNow().AddMinutes(30));
}
