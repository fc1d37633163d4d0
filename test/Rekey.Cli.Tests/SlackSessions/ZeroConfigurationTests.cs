using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.SlackSessions;

/// <summary>The variables that configure Slack without a file. What would go to Slack itself goes to a proxy that is not there.</summary>
public sealed class ZeroConfigurationTests : SessionProcessTest
{
    private const string Token = "xoxc-123456789012-1234567890123-1234567890123-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Cookie = "xoxd-YWJj+ZGVm/Z2hpamtsbW5vcHFyc3R1dnd4eXo";

    [Fact]
    public async Task A_bots_token_makes_the_tool_which_says_that_there_is_nothing_to_refresh()
    {
        var home = Offline();
        home.Variables["SLACK_BOT_TOKEN"] = Planted("xoxb-123456789012-1234567890123-abcdefghijklmnopqrstuvwx");
        home.Variables["SLACK_USER_TOKEN"] = Planted(Token); // a bot's token wins
        var server = await ServeAsync(home);

        Assert.Contains("refresh_credentials", await ToolsAsync(server));
        var answer = await RefreshAsync(server);

        Assert.Equal(
            ("REFRESH_NOT_AVAILABLE", "Credential refresh is only available for user token authentication. Bot tokens do not expire."), (answer.Code, answer.Message));
    }

    [Fact]
    public async Task A_users_token_without_a_workspace_says_which_variable_is_missing()
    {
        var home = Offline();
        home.Variables["SLACK_USER_TOKEN"] = Planted(Token);
        home.Variables["SLACK_COOKIE_D"] = Planted(Cookie);
        var server = await ServeAsync(home);

        Assert.Contains("refresh_credentials", await ToolsAsync(server));
        var answer = await RefreshAsync(server);

        Assert.Equal("REFRESH_NOT_AVAILABLE", answer.Code);
        Assert.Contains("SLACK_WORKSPACE", answer.Message);
    }

    [Fact]
    public async Task Without_a_token_there_is_no_such_tool()
    {
        var home = Offline();
        home.Variables["SLACK_WORKSPACE"] = "acme";

        Assert.DoesNotContain("refresh_credentials", await ToolsAsync(await ServeAsync(home)));
    }

    [Theory]
    [InlineData("SLACK_REFRESH_INTERVAL_DAYS", "0")]
    [InlineData("SLACK_REFRESH_INTERVAL_DAYS", "weekly")]
    [InlineData("SLACK_REFRESH_ENABLED", "maybe")]
    [InlineData("SLACK_WORKSPACE", "https://evil.example.com/")]
    public async Task A_variable_that_makes_no_sense_is_a_mistake_in_the_configuration_and_is_named(string name, string value)
    {
        var home = Offline();
        home.Variables["SLACK_USER_TOKEN"] = Planted(Token);
        home.Variables["SLACK_COOKIE_D"] = Planted(Cookie);
        home.Variables["SLACK_WORKSPACE"] = "acme";
        home.Variables[name] = value;

        foreach (var command in new[] { "check", "serve" })
        {
            var end = await RunAsync(home, command);
            Assert.Equal(ExitCode.Configuration, end.ExitCode);
            Assert.Contains(name, end.Errors);
        }
    }

    [Fact]
    public async Task A_session_whose_service_is_out_of_reach_is_a_network_error_and_the_server_serves_on()
    {
        var home = Offline();
        home.Variables["SLACK_USER_TOKEN"] = Planted(Token);
        home.Variables["SLACK_COOKIE_D"] = Planted(Cookie);
        home.Variables["SLACK_WORKSPACE"] = "acme";
        home.Variables["SLACK_REFRESH_ENABLED"] = "false";
        var server = await ServeAsync(home);

        Assert.Equal("NETWORK_ERROR", (await RefreshAsync(server)).Code);
        Assert.Equal("slack", Text(await ListedAsync(server, "slack"), "kind"));
    }

    private UserHome Offline()
    {
        var home = NewHome();
        home.Variables["HTTPS_PROXY"] = "http://127.0.0.1:1";
        return home;
    }

    private static async Task<IEnumerable<string?>> ToolsAsync(RawSession server) =>
        (await server.AskAsync("tools/list", new { })).GetProperty("tools").EnumerateArray().Select(static t => t.GetProperty("name").GetString());
}
