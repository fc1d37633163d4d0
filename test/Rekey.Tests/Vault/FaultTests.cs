using Rekey.Testing;
using Rekey.Testing.Http;
using Rekey.Testing.Vault;
using Rekey.Vault;

namespace Rekey.Tests.Vault;

/// <summary>Everything that can come instead of an answer.</summary>
public sealed class FaultTests : VaultTest
{
    private const string Api = "/v1/secret/data/github";

    public FaultTests() => Server.KeyValues.Put("github", Fields("token", Plant("the-content-of-the-secret").Reveal()));

    private VaultSource GitHub => Source("secret/github", VaultEngine.Kv2);

    public static TheoryData<int, string, string, bool> Statuses => new()
    {
        { 503, """{"errors":["Vault is sealed"]}""", "VAULT_SEALED", true },
        { 503, "<html>no upstream</html>", "SOURCE_UNAVAILABLE", true },
        { 472, "", "VAULT_STANDBY", true },
        { 473, "", "VAULT_STANDBY", true },
        { 429, """{"errors":["request path \"secret/data/github\": rate limit quota exceeded"]}""", "RATE_LIMITED", true },
        { 500, """{"errors":["1 error occurred"]}""", "SOURCE_UNAVAILABLE", true },
        { 502, "", "SOURCE_UNAVAILABLE", true },
        { 400, """{"errors":["unknown role: nope"]}""", "SOURCE_REFUSED", false },
        { 405, """{"errors":["unsupported operation"]}""", "SOURCE_REFUSED", false },
        { 418, "", "INVALID_RESPONSE", false },
        { 302, "", "VAULT_STANDBY", true },
        { 200, "<html>Sign in to the network</html>", "INVALID_RESPONSE", false },
        { 200, "[]", "INVALID_RESPONSE", false },
        { 200, """{"data":{"data":{"token":"the-content""", "SOURCE_UNAVAILABLE", true },
        { 200, """{"data":{"data":"text"}}""", "INVALID_RESPONSE", false },
        { 200, """{"data":{"data":{"a":1,"a":2}}}""", "INVALID_RESPONSE", false },
        { 200, """{"data":[]}""", "SOURCE_UNAVAILABLE", true },
        { 200, "{}", "SOURCE_UNAVAILABLE", true },
        { 204, "", "SOURCE_UNAVAILABLE", true },
    };

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task A_status_has_its_code(int status, string body, string code, bool isRetryable)
    {
        Server.Answer(Api, new HttpReply(status, body));

        var error = await FailureAsync(GitHub);

        Assert.Equal((code, isRetryable), (error.Code, error.Retryable));
        Assert.False(string.IsNullOrEmpty(error.NextStep));
    }

    [Theory]
    [InlineData(WireFault.Reset)]
    [InlineData(WireFault.Truncated)]
    [InlineData(WireFault.Garbage)]
    public async Task An_answer_that_breaks_is_no_answer(WireFault fault)
    {
        Server.Break(Api, fault);

        Assert.Equal("SOURCE_UNAVAILABLE", (await FailureAsync(GitHub)).Code);
    }

    [Fact]
    public async Task An_answer_of_ten_megabytes_is_not_read_to_its_end()
    {
        Server.Answer(Api, new HttpReply(200, $"{{\"data\":{{\"data\":{{\"token\":\"{new string('x', 10_000_000)}\"}}}}}}"));
        Assert.Equal("SECRET_TOO_LARGE", (await FailureAsync(GitHub)).Code);

        Server.Break(Api, WireFault.Huge);
        Assert.Equal("SECRET_TOO_LARGE", (await FailureAsync(GitHub)).Code);
    }

    [Theory]
    [InlineData(WireFault.Hang)]
    [InlineData(WireFault.Drip)]
    public async Task An_answer_that_never_ends_is_given_up(WireFault fault)
    {
        await Token.GetAsync();
        Server.Script(Api, call => Task.FromResult(new HttpReply(200, new string(' ', 100_000)) { Fault = fault }));
        var source = GitHub;

        Assert.Equal("SOURCE_UNAVAILABLE", (await FailureAsync(() => Until.Done(FetchAsync(source), Time, TimeSpan.FromSeconds(1)))).Code);
    }

    [Fact]
    public async Task What_Vault_asks_to_wait_is_waited()
    {
        Server.Answer(Api, new HttpReply(429) { Headers = new Dictionary<string, string> { ["Retry-After"] = "37" } });
        var credential = Keep(GitHub);

        Assert.Equal(TimeSpan.FromSeconds(37), (await FailureAsync(async () => await credential.GetAsync())).RetryAfter);
        await IdleAsync();

        Assert.True(credential.NextDue!.Value.Wall >= Time.GetUtcNow().AddSeconds(37));
    }

    [Fact]
    public async Task A_node_that_is_behind_is_asked_again_and_no_more_than_three_times()
    {
        await Token.GetAsync();
        Server.Answer(Api, new HttpReply(412)).Answer(Api, new HttpReply(412));
        var source = GitHub;
        Assert.NotNull(await Until.Done(FetchAsync(source), Time, TimeSpan.FromMilliseconds(50)));
        Assert.Equal(3, Server.Count(Api));

        for (var i = 0; i < 3; i++)
            Server.Answer(Api, new HttpReply(412));
        Assert.Equal("VAULT_STANDBY", (await FailureAsync(() => Until.Done(FetchAsync(source), Time, TimeSpan.FromMilliseconds(50)))).Code);
        Assert.Equal(6, Server.Count(Api));
    }

    [Fact]
    public async Task A_sealed_Vault_takes_nothing_away_and_is_taken_up_again_by_itself()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep("database/creds/readonly");
        var lease = await credential.GetAsync();
        await IdleAsync();
        Server.Mode = VaultServer.Sealed;

        await PassToNextAsync(credential);
        Assert.Equal(("VAULT_SEALED", CredentialPhase.Degraded), (credential.Status.LastError!.Code, credential.Status.Phase));
        Assert.Same(lease, await credential.GetAsync());
        Server.Mode = null;
        await PassToNextAsync(credential);
        await IdleAsync();

        Assert.Equal((0, 1), (credential.Status.Failures, Server.Leases.Issued));
        Assert.Same(lease, credential.Active);
    }

    [Fact]
    public async Task A_standby_is_followed_to_the_active_node_with_the_token()
    {
        await using var standby = new VaultServer(Time, value => Plant(value).Reveal());
        standby.Mode = VaultServer.StandbyOf(Server.Address, Api);

        var answer = await FetchAsync(Source("secret/github", VaultEngine.Kv2, Options with { Address = standby.Address }));

        Assert.Equal("1", answer.Version);
        Assert.Single(standby.Calls);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/v1/secret/data/github")]
    [InlineData("http://vault.internal/v1/secret/data/github")]
    [InlineData("http://user@127.0.0.1:1/v1/secret/data/github")]
    [InlineData("http://127.0.0.1:1/v1/secret/data/other")]
    [InlineData("http://127.0.0.1:1/v1/secret/data/github?version=1")]
    [InlineData("//")]
    public async Task A_token_is_not_carried_to_a_place_that_is_less_protected_or_another_question(string location)
    {
        Server.Answer(Api, new HttpReply(307) { Headers = new Dictionary<string, string> { ["Location"] = location } });

        Assert.Equal("VAULT_STANDBY", (await FailureAsync(GitHub)).Code);
    }

    [Fact]
    public async Task A_circle_of_standbys_is_followed_once()
    {
        for (var i = 0; i < 10; i++)
            Server.Answer(Api, VaultServer.StandbyOf(Server.Address, Api));

        Assert.Equal("VAULT_STANDBY", (await FailureAsync(GitHub)).Code);

        Assert.Equal(2, Server.Count(Api));
    }

    [Theory]
    [InlineData(503, "VAULT_SEALED")]
    [InlineData(429, "RATE_LIMITED")]
    [InlineData(500, "SOURCE_UNAVAILABLE")]
    public async Task A_login_that_meets_a_fault_is_tried_again(int status, string code)
    {
        Server.Answer(VaultServer.AppRolePath, new HttpReply(status, """{"errors":["something"]}"""));
        Assert.Equal(code, (await FailureAsync(async () => await Token.GetAsync())).Code);

        await PassToNextAsync(Token);

        Assert.Equal(CredentialPhase.Ready, Token.Status.Phase);
    }

    [Fact]
    public async Task A_revocation_that_fails_is_told_and_harms_nothing()
    {
        AddRole(TimeSpan.FromHours(1));
        var credential = Keep("database/creds/readonly");
        await credential.GetAsync();
        await IdleAsync();
        Server.Answer(VaultServer.RevokePath, new HttpReply(403, """{"errors":["permission denied"]}"""));

        await credential.RefreshAsync(RefreshTrigger.Manual);

        await Until.True(() => Seen.Any(static line => line.Contains("SOURCE_REFUSED", StringComparison.Ordinal)));
        Assert.Equal((CredentialPhase.Ready, 0), (credential.Status.Phase, credential.Status.Failures));
    }
}
