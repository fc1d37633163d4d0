using Rekey.Testing.Azure;
using Rekey.Testing.Http;

namespace Rekey.Azure.Tests.KeyVault;

public sealed class WireTests : KeyVaultTest
{
    public WireTests() => Server.Secrets.Put("orders", Plant("password-of-orders"));

    [Theory]
    [InlineData(WireFault.Reset, "SOURCE_UNAVAILABLE")]
    [InlineData(WireFault.LostReply, "SOURCE_UNAVAILABLE")]
    [InlineData(WireFault.Truncated, "SOURCE_UNAVAILABLE")]
    [InlineData(WireFault.Garbage, "SOURCE_UNAVAILABLE")]
    [InlineData(WireFault.Huge, "SECRET_TOO_LARGE")]
    public async Task What_breaks_on_the_way_is_told_and_passes(WireFault fault, string code)
    {
        var source = Source();
        Server.Fault = fault;
        Assert.Equal(code, (await FailureOf(source)).Code);

        Server.Fault = WireFault.None;
        Assert.Equal("password-of-orders", (await FetchAsync(source)).Credential.Content.Reveal());
    }

    [Theory]
    [InlineData(WireFault.Hang)]
    [InlineData(WireFault.Drip)]
    public async Task An_answer_that_does_not_end_is_given_up(WireFault fault)
    {
        Server.Fault = fault;

        var error = await FailureOf(Source(access: Access with { Limit = TimeSpan.FromMilliseconds(400) }));

        Assert.Equal(("SOURCE_UNAVAILABLE", FailureKind.Unavailable), (error.Code, error.Kind));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = new LoopbackHttpServer((_, _) => Task.FromResult(new HttpReply(200, "{}")));
        Server.Standing = new HttpReply(307) { Headers = new Dictionary<string, string> { ["Location"] = $"{elsewhere.Address}secrets/orders" } };

        Assert.Equal("INVALID_RESPONSE", (await FailureOf(Source())).Code);
        Assert.Equal((0, 1), (elsewhere.Connections, Server.CallsWithToken));
    }

    [Fact]
    public async Task Who_asks_for_a_token_of_something_else_gets_none()
    {
        Server.Resource = "https://management.azure.com";

        Assert.Equal("INVALID_RESPONSE", (await FailureOf(Source())).Code);
        Assert.Empty(Identity.Requests);
        Assert.Equal(0, Server.CallsWithToken);
    }

    [Fact]
    public async Task Nothing_is_said_to_a_vault_whose_certificate_nobody_vouches_for()
    {
        var error = await FailureOf(Source(access: Access with { Handler = Server.Way(isTrusted: false) }));

        Assert.Equal("SOURCE_UNAVAILABLE", error.Code);
        Assert.Empty(Server.Calls);
    }

    [Fact]
    public async Task A_vault_that_is_not_there_is_unavailable()
    {
        var error = await FailureOf(Source(access: Access with { Handler = KeyVaultServer.WayToNobody() }));

        Assert.Equal(("SOURCE_UNAVAILABLE", true), (error.Code, error.Retryable));
    }
}
