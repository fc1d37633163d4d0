using Rekey.Cli.Stores;

namespace Rekey.Cli.Tests.Stores;

public sealed class SlackServerFileTests : StoreTest
{
    private const string Whole = """
        {
          "version": 1,
          "credentials": { "token": "xoxc-1-2-3-abcdef", "cookie": "xoxd-abc%2Fdef", "workspace": "acme" },
          "metadata": { "lastRefreshed": "2026-02-20T08:30:00.123Z", "refreshCount": 12, "source": "auto-refresh" }
        }
        """;

    private string Foreign => Beside("credentials.json");

    public static TheoryData<string> Malformed =>
    [
        "",
        "not JSON",
        "[]",
        Whole[..^3],
        Whole.Replace("\"version\": 1", "\"version\": 2"),
        Whole.Replace("\"version\": 1,", ""),
        Whole.Replace("\"token\"", "\"tokken\""),
        Whole.Replace("\"xoxd-abc%2Fdef\"", "7"),
        Whole.Replace("\"acme\"", "\"\""),
        Whole.Replace("\"acme\"", "null"),
        Whole.Replace("auto-refresh", "magic"),
        Whole.Replace("2026-02-20T08:30:00.123Z", "last week"),
        Whole.Replace("\"refreshCount\": 12", "\"refreshCount\": -1"),
        Whole.Replace("\"refreshCount\": 12", "\"refreshCount\": \"12\""),
        Whole.Replace("\"metadata\"", "\"meta\""),
        $$"""{"filler":"{{new string('x', 2 << 20)}}"}""",
    ];

    [Theory]
    [InlineData("auto-refresh")]
    [InlineData("manual-refresh")]
    public async Task Its_session_its_workspace_and_its_age_are_read(string source)
    {
        Place(Whole.Replace("auto-refresh", source));

        var session = (await ReadAsync())!;

        Assert.Equal("acme", session.Workspace);
        Assert.Equal(("xoxc-1-2-3-abcdef", "xoxd-abc%2Fdef"), (session.Record.Current["token"]!.Value.Reveal(), session.Record.Current["cookie"]!.Value.Reveal()));
        Assert.Equal((12, new DateTimeOffset(2026, 2, 20, 8, 30, 0, 123, TimeSpan.Zero)), (session.Record.Refreshes, session.Record.Current.RefreshedAt));
        Assert.Equal(["slack#token", "slack#cookie"], Registered.Select(static known => known.Name));
        Assert.Equal(Secret.Marker, session.ToString());
    }

    [Fact]
    public async Task Of_a_session_that_was_never_refreshed_nobody_knows_the_age()
    {
        Place(Whole.Replace("auto-refresh", "initial").Replace("12", "0"));

        var session = (await ReadAsync())!;

        Assert.Equal((0, null), (session.Record.Refreshes, session.Record.Current.RefreshedAt));
    }

    [Fact]
    public async Task Without_a_file_there_is_no_session() => Assert.Null(await ReadAsync());

    [Theory]
    [MemberData(nameof(Malformed), DisableDiscoveryEnumeration = true)]
    public async Task A_file_of_another_kind_is_refused_by_name_and_left_alone(string content)
    {
        Place(content);

        var error = await RefusedAsync(() => ReadAsync());

        Assert.Contains(Foreign, error.Message);
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(Foreign, TestContext.Current.CancellationToken));
    }

    private Task<SlackServerSession?> ReadAsync() => SlackServerFile.ReadAsync(Foreign, Name, this, CancellationToken.None);

    private void Place(string content)
    {
        Plant("xoxc-1-2-3-abcdef");
        Plant("xoxd-abc%2Fdef");
        System.IO.File.WriteAllText(Foreign, content);
    }
}
