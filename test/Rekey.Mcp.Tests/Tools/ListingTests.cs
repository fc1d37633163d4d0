using Rekey.Mcp.Tests.Serving;
using Rekey.Testing;

namespace Rekey.Mcp.Tests.Tools;

public sealed class ListingTests : ServerTest
{
    [Theory, MemberData(nameof(Eras))]
    public async Task Without_any_credential_the_server_starts_and_says_how_to_configure_one(string era)
    {
        var session = await ServeAsync(era);

        Assert.Equal(["health_check", "list_credentials", "get_credential_events"], await session.ToolNamesAsync());
        Assert.Equal("rekey", session.Client.ServerInfo!.Name);
        Assert.Equal("Rekey", session.Client.ServerInfo!.Title);
        Assert.Equal("1.2.3", session.Client.ServerInfo!.Version);
        Assert.Contains("Write a rekey.json.", session.Client.ServerInstructions);
        var health = SuccessOf(await session.CallAsync("health_check"));
        Assert.Equal("unconfigured", health.GetProperty("status").GetString());
        Assert.Equal("Write a rekey.json.", health.GetProperty("setup").GetString());
        Assert.Equal("Write a rekey.json.", SuccessOf(await session.CallAsync("list_credentials")).GetProperty("setup").GetString());
    }

    [Fact]
    public async Task Refresh_secret_is_listed_when_something_is_fetched()
    {
        Scripted(new Authority(Time), "github");
        var session = await ServeAsync();

        Assert.Equal(["health_check", "list_credentials", "get_credential_events", "refresh_secret"], await session.ToolNamesAsync());
        Assert.Contains("refresh_secret", session.Client.ServerInstructions);
        Assert.DoesNotContain("rekey.json", session.Client.ServerInstructions);
    }

    [Theory, InlineData("slack"), InlineData("oauth"), InlineData("aws-sso")]
    public async Task A_session_that_a_human_signs_in_to_is_not_refreshed_as_a_secret(string kind)
    {
        Scripted(new Authority(Time), "work", kind);
        var session = await ServeAsync();

        Assert.Equal(["health_check", "list_credentials", "get_credential_events"], await session.ToolNamesAsync());
        Assert.DoesNotContain("refresh_secret", session.Client.ServerInstructions);
    }

    [Fact]
    public async Task The_events_of_what_several_share_are_asked_for_by_the_name_that_these_give_as_their_parent()
    {
        var shared = new ManagedCredential<SecretValue>(new CredentialOptions<SecretValue>
        {
            Name = "vault://database/creds/readonly",
            Kind = "document",
            Source = new Authority(Time).Source,
            Events = Events,
            Time = Time,
        });
        Registry.Add(new ManagedCredential<SecretValue>(new CredentialOptions<SecretValue>
        {
            Name = "user",
            Kind = "value",
            Source = new Authority(Time).Source,
            Parent = shared,
            Events = Events,
            Time = Time,
        }));
        await shared.GetAsync(TestContext.Current.CancellationToken);
        var session = await ServeAsync();

        var events = SuccessOf(await session.CallAsync("get_credential_events", new { credential = shared.Name })).GetProperty("events");

        Assert.Contains(events.EnumerateArray(), e => e.GetProperty("credential").GetString() == shared.Name);
    }

    [Fact]
    public async Task Refresh_secret_offers_the_configured_names_and_no_others()
    {
        Scripted(new Authority(Time), "orders");
        Scripted(new Authority(Time), "slack", "slack");
        Scripted(new Authority(Time), "github");
        var session = await ServeAsync();

        var tool = (await session.Client.ListToolsAsync()).Single(static t => t.Name == "refresh_secret");
        var names = tool.ProtocolTool.InputSchema.GetProperty("properties").GetProperty("credential").GetProperty("enum");
        Assert.Equal(["github", "orders"], names.EnumerateArray().Select(static n => n.GetString()));
    }

    [Fact]
    public async Task A_tool_that_does_not_exist_is_a_protocol_error()
    {
        var session = await ServeAsync();

        var error = await Assert.ThrowsAsync<ModelContextProtocol.McpProtocolException>(async () => await session.Client.CallToolAsync("drop_everything"));

        Assert.Equal(ModelContextProtocol.McpErrorCode.InvalidParams, error.ErrorCode);
    }
}
