using System.Globalization;
using Azure;
using Azure.Identity;
using Rekey.Testing.Azure;
using Rekey.Testing.Http;

namespace Rekey.Azure.Tests.KeyVault;

public sealed class KeyVaultFailuresTests : KeyVaultTest
{
    private const string Talkative = "what-the-service-says";

    public KeyVaultFailuresTests()
    {
        // Whatever a service writes into a text may be a secret.
        Plant(Talkative);
        Server.Secrets.Put("orders", Plant("password-of-orders"));
    }

    [Fact]
    public async Task Disabled_deleted_and_recovered_are_told_apart()
    {
        var source = Source();
        await FetchAsync(source);

        Server.Secrets.Enable("orders", false);
        var disabled = await FailureOf(source);
        Assert.Equal(("AZURE_SECRET_DISABLED", FailureKind.Refused, true), (disabled.Code, disabled.Kind, disabled.IsWithdrawal));

        Server.Secrets.Delete("orders");
        var deleted = await FailureOf(source);
        Assert.Equal(("SOURCE_UNAVAILABLE", FailureKind.Unavailable, true), (deleted.Code, deleted.Kind, deleted.IsWithdrawal));

        Server.Secrets.Recover("orders");
        Server.Secrets.Enable("orders", true);
        Assert.Equal("password-of-orders", (await FetchAsync(source)).Credential.Content.Reveal());
    }

    [Theory]
    [InlineData("ForbiddenByRbac", "Key Vault Secrets User", true)]
    [InlineData("AccessDenied", "Key Vault Secrets User", true)]
    [InlineData(null, "Key Vault Secrets User", true)]
    [InlineData("ForbiddenByFirewall", "private endpoint", false)]
    [InlineData("ForbiddenByConnection", "private endpoint", false)]
    public async Task A_missing_role_and_a_closed_network_are_told_apart(string? innerCode, string nextStep, bool isWithdrawal)
    {
        Server.Standing = KeyVaultReplies.Failure(403, "Forbidden", Talkative, innerCode);

        var error = await FailureOf(Source());

        Assert.Equal(("SOURCE_REFUSED", FailureKind.Refused, isWithdrawal), (error.Code, error.Kind, error.IsWithdrawal));
        Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "BadParameter", "INVALID_RESPONSE")]
    [InlineData(404, "Nothing", "INVALID_RESPONSE")]
    [InlineData(408, "Timeout", "SOURCE_UNAVAILABLE")]
    [InlineData(429, "Throttled", "RATE_LIMITED")]
    [InlineData(500, "InternalServerError", "SOURCE_UNAVAILABLE")]
    [InlineData(503, "ServiceUnavailable", "SOURCE_UNAVAILABLE")]
    public async Task A_status_has_its_code_and_is_asked_for_once(int status, string code, string expected)
    {
        Server.Standing = KeyVaultReplies.Failure(status, code, Talkative);

        Assert.Equal(expected, (await FailureOf(Source())).Code);
        Assert.Equal(1, Server.CallsWithToken);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task The_wait_that_is_asked_for_is_passed_on_and_not_waited_out_here(int status)
    {
        var busy = KeyVaultReplies.Failure(status, "Busy", Talkative);
        Server.Once(busy with { Headers = new Dictionary<string, string> { ["Retry-After"] = "90" } });
        Server.Once(busy with { Headers = new Dictionary<string, string> { ["Retry-After"] = Time.GetUtcNow().AddSeconds(30).ToString("r", CultureInfo.InvariantCulture) } });
        Server.Once(busy with { Headers = new Dictionary<string, string> { ["Retry-After"] = "soon" } });
        var source = Source();

        Assert.Equal(TimeSpan.FromSeconds(90), (await FailureOf(source)).RetryAfter);
        Assert.InRange((await FailureOf(source)).RetryAfter!.Value, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));
        Assert.Null((await FailureOf(source)).RetryAfter);
    }

    [Fact]
    public async Task A_token_that_the_vault_does_not_accept_asks_for_another_identity()
    {
        var other = new Identity.ScriptedIdentity(Plant("token-of-another-tenant"));

        var error = await FailureOf(Source(access: Access with { Identity = other }));

        Assert.Equal(("AZURE_AUTH_REQUIRED", FailureKind.Refused), (error.Code, error.Kind));
    }

    [Fact]
    public async Task No_identity_and_one_that_is_refused_ask_for_a_sign_in_and_recover()
    {
        var source = Source();
        Identity.Failure = new CredentialUnavailableException(Talkative);
        Assert.Equal("AZURE_AUTH_REQUIRED", (await FailureOf(source)).Code);
        Identity.Failure = new AuthenticationFailedException(Talkative, new InvalidOperationException(Talkative));
        Assert.Equal("AZURE_AUTH_REQUIRED", (await FailureOf(source)).Code);
        Assert.Equal(0, Server.CallsWithToken);

        Identity.Failure = null;
        Assert.Equal("password-of-orders", (await FetchAsync(source)).Credential.Content.Reveal());
    }

    public static TheoryData<Exception> Silences => new((Exception[])[
        new HttpRequestException(Talkative),
        new RequestFailedException(503, Talkative),
        new AggregateException(new InvalidOperationException(Talkative, new TaskCanceledException(Talkative))),
    ]);

    [Theory]
    [MemberData(nameof(Silences), DisableDiscoveryEnumeration = true)]
    public async Task A_sign_in_that_gets_no_answer_is_no_refusal(Exception inner)
    {
        Identity.Failure = new AuthenticationFailedException(Talkative, inner);

        Assert.Equal("SOURCE_UNAVAILABLE", (await FailureOf(Source())).Code);
    }

    [Theory]
    [InlineData("what-the-service-says")]
    [InlineData("<html>what-the-service-says</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"value":7,"id":"https://v.vault.azure.net/secrets/orders/1"}""")]
    [InlineData("""{"value":"what-the-service-says","id":7}""")]
    [InlineData("""{"value":"what-the-service-says","attributes":{"exp":"what-the-service-says"}}""")]
    public async Task An_answer_of_another_shape_is_no_secret(string body)
    {
        Server.Standing = new HttpReply(200, body);

        Assert.Equal("INVALID_RESPONSE", (await FailureOf(Source())).Code);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("what-the-service-says")]
    [InlineData("""{"error":"what-the-service-says"}""")]
    [InlineData("""{"error":{"code":"Forbidden","innererror":"what-the-service-says"}}""")]
    [InlineData("""{"error":{"code":"Forbidden","innererror":{"code":7}}}""")]
    public async Task A_refusal_of_another_shape_is_not_the_word_of_Key_Vault(string body)
    {
        Server.Standing = new HttpReply(403, body);

        Assert.Equal("INVALID_RESPONSE", (await FailureOf(Source())).Code);
    }
}
