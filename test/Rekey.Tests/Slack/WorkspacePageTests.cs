using System.Text;
using Rekey.Slack;

namespace Rekey.Tests.Slack;

public sealed class WorkspacePageTests
{
    private const string Token = "xoxc-123-456-abcdef";

    // A search that is not linear takes hours for these pages; a machine under load takes a second.
    private static readonly TimeSpan FarTooLong = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("""{"api_token":"xoxc-123-456-abcdef"}""")]
    [InlineData("""{"api_token" : "xoxc-123-456-abcdef"}""")]
    [InlineData("{\"api_token\":\r\n\t\"xoxc-123-456-abcdef\"}")]
    [InlineData("""{ api_token: 'xoxc-123-456-abcdef' }""")]
    [InlineData("""{ api_token: "xoxc-123-456-abcdef" }""")]
    [InlineData("""{'api_token':'xoxc-123-456-abcdef'}""")]
    [InlineData("""<div data-props="{&quot;api_token&quot;:&quot;xoxc-123-456-abcdef&quot;}">""")]
    [InlineData("""<div data-props="{&#34;api_token&#34;:&#34;xoxc-123-456-abcdef&#34;}">""")]
    [InlineData("""<div data-props="{&quot;api_token&quot;:&quot;xoxc&#45;123&#x2d;456-abcdef&quot;}">""")]
    [InlineData("""{"api_token":"xoxc\u002d123\u002D456-abcdef"}""")]
    [InlineData("""{"api_token":"xoxc\x2d123\-456-abcdef"}""")]
    [InlineData("""{"api_token":"","api_token":"xoxc-123-456-abcdef"}""")]
    [InlineData("""{"enterprise_api_token":"xoxc-9-9-9999","api_token":"xoxc-123-456-abcdef"}""")]
    [InlineData("""{"text":"\"api_token\":\"xoxc-9-9-9999\"","api_token":"xoxc-123-456-abcdef"}""")]
    [InlineData("""{"text":"api_token: 'xoxc-9-9-9999'","api_token":"xoxc-123-456-abcdef"}""")]
    [InlineData("""<p>&quot;api_token&quot;:&quot;xoxc-9-9-9999&quot;</p><script>{"api_token":"xoxc-123-456-abcdef"}</script>""")]
    [InlineData("""api_token api_token: "api_token":"xoxc-123-456-abcdef" """)]
    [InlineData("""{"api_token":"xoxc-123-456-abcdef","next":{"api_token":"xoxc-9-9-9999"}}""")]
    public void The_token_is_read_in_every_form_it_is_written_in(string page) =>
        Assert.Equal(Token, SlackWorkspacePage.TokenIn(Encoding.UTF8.GetBytes(page))?.Reveal());

    [Fact]
    public void A_slash_that_a_script_escapes_is_a_slash() =>
        Assert.Equal("xoxc-12/34", SlackWorkspacePage.TokenIn("""{"api_token":"xoxc-12\/34"}"""u8)?.Reveal());

    [Theory]
    [InlineData("")]
    [InlineData("api_token")]
    [InlineData("\"api_token\"")]
    [InlineData("\"api_token\":")]
    [InlineData("\"api_token\":\"")]
    [InlineData("\"api_token\":\"xoxc-123-456-abcdef")]
    [InlineData("""{"api_token":"xoxc-123-456-abcdef'}""")]
    [InlineData("""{"api_token':'xoxc-123-456-abcdef'}""")]
    [InlineData("""{"api_token":xoxc-123-456-abcdef}""")]
    [InlineData("""{"api_token":"xoxb-123-456-abcdef"}""")]
    [InlineData("""{"api_token":"xoxc-"}""")]
    [InlineData("""{"api_token":"xoxc-..."}""")]
    [InlineData("""{"api_token":"xoxc-123 456"}""")]
    [InlineData("""{"api_token":"xoxc-123\"456"}""")]
    [InlineData("""{"api_token":"xoxc-123\u0022456-abcdef"}""")]
    [InlineData("""{"api_token":"xoxc-123\u00e9456-abcdef"}""")]
    [InlineData("""{"api_token":"xoxc-123\u002"}""")]
    [InlineData("""{"api_token":"xoxc-123&#45"}""")]
    [InlineData("""{"api_token":"xoxc-123&#9999999999999;"}""")]
    [InlineData("""{"api_token":"xoxc-123é456-abcdef"}""")]
    [InlineData("""{"api_token":null,"x":"xoxc-123-456-abcdef"}""")]
    [InlineData("""{"my_api_token":"xoxc-123-456-abcdef"}""")]
    [InlineData("""{"api_token_old":"xoxc-123-456-abcdef"}""")]
    [InlineData("""{"text":"see \"api_token\":\"xoxc-123-456-abcdef\" there"}""")]
    [InlineData("""{"API_TOKEN":"xoxc-123-456-abcdef"}""")]
    public void What_is_no_token_is_never_taken_for_one(string page) =>
        Assert.Null(SlackWorkspacePage.TokenIn(Encoding.UTF8.GetBytes(page)));

    [Fact]
    public void A_token_longer_than_any_is_none() =>
        Assert.Null(SlackWorkspacePage.TokenIn(Encoding.UTF8.GetBytes($"{{\"api_token\":\"xoxc-{new string('a', 1000)}\"}}")));

    [Theory]
    [InlineData("api_token")]
    [InlineData("\"api_token\":\"")]
    [InlineData("\"api_token\":\"xoxc-")]
    [InlineData("api_token:'xoxc-1'x")]
    [InlineData("\"api_token\":\"xoxc-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'")]
    [InlineData("\"api_token\"          ")]
    [InlineData("&quot;api_token&quot;:&quot;&#45;&#45;&#45;&#")]
    [InlineData("api_token\\\\\\\\\\\\\\\\")]
    [InlineData("\"api_token\":\"\\u002d\\u002d")]
    [InlineData("xoxc-api_token-")]
    public async Task Eight_megabytes_of_near_misses_are_passed_over_once(string miss)
    {
        var page = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(miss, (8 << 20) / miss.Length)));

        var token = await Task.Run(() => SlackWorkspacePage.TokenIn(page)).WaitAsync(FarTooLong, TimeProvider.System);

        Assert.True(token is null || token.Value.Reveal() == "xoxc-1");
    }

    [Fact]
    public async Task Eight_megabytes_behind_one_name_are_passed_over_once()
    {
        foreach (var filler in new[] { ' ', 'a', '\\', '&', '"', '\'' })
        {
            var page = Encoding.UTF8.GetBytes($"\"api_token\":{(filler == ' ' ? "" : "\"xoxc-")}{new string(filler, 8 << 20)}");
            Assert.Null(await Task.Run(() => SlackWorkspacePage.TokenIn(page)).WaitAsync(FarTooLong, TimeProvider.System));
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_are_no_trouble()
    {
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var page = new byte[2000];
            random.NextBytes(page);
            "\"api_token\":\"xoxc-"u8.CopyTo(page.AsSpan(random.Next(1900)));
            Assert.True(SlackWorkspacePage.TokenIn(page) is null or { IsEmpty: false });
        }
    }

    [Fact]
    public void The_end_of_the_page_can_come_anywhere()
    {
        var page = """<a b="{&quot;api_token&quot;:&quot;xoxc\u002d1&#45;2&quot;}">"""u8;
        for (var length = 0; length < page.Length; length++)
            _ = SlackWorkspacePage.TokenIn(page[..length]);

        Assert.Equal("xoxc-1-2", SlackWorkspacePage.TokenIn(page)?.Reveal());
    }
}
