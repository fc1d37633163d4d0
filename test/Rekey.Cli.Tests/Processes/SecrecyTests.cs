using Rekey.Testing;

namespace Rekey.Cli.Tests.Processes;

/// <summary>What is secret does not leave the process, whichever way it got into an answer.</summary>
public sealed class SecrecyTests : LeakCheckedTest
{
    [Fact]
    public async Task A_secret_that_a_query_reads_leaves_as_the_marker()
    {
        using var home = new UserHome();
        var token = Plant("ghp_8sY2pQ/vN+4kTz0w");
        home.Configure($$"""
            { "credentials": {
                "github": { "kind": "value", "from": "file://{{home.Write("token", token.Reveal())}}" },
                "paint": { "kind": "database", "from": "file://{{home.Write("url", $"sqlite:{home.Database("paint.db", token.Reveal())}")}}" } } }
            """);
        await using var session = await RawSession.StartAsync(home, "--log-level", "trace");
        await session.CallAsync("refresh_secret", new { });

        var result = await session.CallAsync("run_select", new { query = "select colour, hex(colour) is null as other from paint" });
        await session.CallAsync("run_select", new { query = $"select '{token.Reveal()}' from nowhere" });
        await session.CloseAsync();

        Assert.Contains(Secret.Marker, result.ToString());
        Observe(string.Join('\n', session.Lines));
        Observe(session.Server.Errors);
    }
}
