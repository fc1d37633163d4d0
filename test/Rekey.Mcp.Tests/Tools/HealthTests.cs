using System.Text.Json;
using Rekey.Mcp.Tests.Serving;
using Rekey.Testing;

namespace Rekey.Mcp.Tests.Tools;

public sealed class HealthTests : ServerTest
{
    [Theory, MemberData(nameof(Eras))]
    public async Task What_its_service_accepts_is_healthy(string era)
    {
        Scripted(Accepting("good-password"), "orders", isRequired: true);
        var session = await ServeAsync(era);

        var success = SuccessOf(await session.CallAsync("health_check"));

        Assert.Equal("healthy", success.GetProperty("status").GetString());
        Assert.Equal("healthy", Entry(success, "orders").GetProperty("health").GetString());
        Assert.True(Entry(success, "orders").TryGetProperty("lastSuccessAt", out _));
    }

    [Fact]
    public async Task What_nothing_can_prove_is_unverified_and_never_healthy()
    {
        Scripted(Accepting("good-password"), "orders");
        Scripted(Accepting("other-password"), "github", isVerified: false);
        var session = await ServeAsync();

        var success = SuccessOf(await session.CallAsync("health_check"));

        Assert.Equal("unverified", success.GetProperty("status").GetString());
        Assert.Equal("unverified", Entry(success, "github").GetProperty("health").GetString());
    }

    [Fact]
    public async Task A_required_credential_that_is_refused_makes_the_check_an_error()
    {
        Scripted(new Authority(Time) { Current = Plant("refused-password").Reveal() }, "orders", isRequired: true);
        Scripted(Accepting("good-password"), "reports");
        var session = await ServeAsync();

        var error = ErrorOf(await session.CallAsync("health_check"));

        Assert.Equal("UNHEALTHY", error.GetProperty("code").GetString());
        Assert.Contains("orders", error.GetProperty("message").GetString());
        var entry = Entry(error, "orders");
        Assert.Equal("unhealthy", entry.GetProperty("health").GetString());
        Assert.Equal("CREDENTIAL_REJECTED", entry.GetProperty("code").GetString());
        Assert.True(entry.TryGetProperty("nextStep", out _));
        Assert.True(entry.TryGetProperty("lastAttemptAt", out _));
        Assert.Equal("healthy", Entry(error, "reports").GetProperty("health").GetString());
    }

    [Fact]
    public async Task A_required_credential_that_has_expired_is_unhealthy_with_its_end_and_the_reason()
    {
        var time = new ManualTimeProvider();
        Time = time;
        var authority = Accepting("good-password");
        authority.TimeToLive = TimeSpan.FromMinutes(10);
        await Scripted(authority, "orders", isRequired: true).GetLeaseAsync(TestContext.Current.CancellationToken);
        authority.OnFetch = static _ => throw new CredentialException(CredentialErrors.SourceUnavailable("scripted://authority", "it is down"));
        time.Advance(TimeSpan.FromMinutes(11));
        var session = await ServeAsync();

        var entry = Entry(ErrorOf(await session.CallAsync("health_check")), "orders");

        Assert.Equal("expired", entry.GetProperty("phase").GetString());
        Assert.Equal("SOURCE_UNAVAILABLE", entry.GetProperty("code").GetString());
        Assert.Equal("2026-01-01T00:10:00Z", entry.GetProperty("expiresAt").GetString());
    }

    [Fact]
    public async Task What_is_not_required_degrades_the_server_and_no_more()
    {
        Scripted(new Authority(Time) { Current = Plant("refused-password").Reveal() }, "orders");
        var session = await ServeAsync();

        var success = SuccessOf(await session.CallAsync("health_check"));

        Assert.Equal("degraded", success.GetProperty("status").GetString());
        Assert.Equal("unhealthy", Entry(success, "orders").GetProperty("health").GetString());
    }

    [Fact]
    public async Task A_service_that_cannot_be_asked_is_degraded_while_the_lease_is_good()
    {
        var authority = Accepting("good-password");
        await Scripted(authority, "orders", isRequired: true).GetLeaseAsync(TestContext.Current.CancellationToken);
        authority.IsServiceDown = true;
        var session = await ServeAsync();

        var entry = Entry(SuccessOf(await session.CallAsync("health_check")), "orders");

        Assert.Equal("degraded", entry.GetProperty("health").GetString());
        Assert.Equal("SERVICE_UNREACHABLE", entry.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_probe_without_an_answer_ends_in_time()
    {
        var time = new ManualTimeProvider();
        Time = time;
        var authority = Accepting("good-password");
        authority.OnFetch = static token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        Registry.Add(new ManagedCredential<SecretValue>(new CredentialOptions<SecretValue>
        {
            Name = "orders",
            Kind = "value",
            Source = authority.Source,
            Policy = new RefreshPolicy { FetchTimeout = TimeSpan.FromMinutes(10) },
            IsRequired = true,
            Time = time,
        }));
        var session = await ServeAsync();

        var call = session.CallAsync("health_check");
        await Until.True(() => authority.Fetches == 1);
        var error = ErrorOf(await Until.Done(call, time, TimeSpan.FromSeconds(1)));

        Assert.Equal("PROBE_TIMEOUT", Entry(error, "orders").GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_list_tells_the_state_without_asking_anybody()
    {
        var authority = Accepting("good-password");
        authority.TimeToLive = TimeSpan.FromHours(1);
        Scripted(Accepting("never-asked"), "idle");
        await Scripted(authority, "orders", isRequired: true).GetLeaseAsync(TestContext.Current.CancellationToken);
        var session = await ServeAsync();

        var listed = SuccessOf(await session.CallAsync("list_credentials"));

        Assert.Equal("starting", Entry(listed, "idle").GetProperty("phase").GetString());
        var orders = Entry(listed, "orders");
        Assert.Equal("ready", orders.GetProperty("phase").GetString());
        Assert.Equal("scripted://authority", orders.GetProperty("source").GetString());
        Assert.Equal("Nothing.", orders.GetProperty("whatToDo").GetString());
        Assert.True(orders.GetProperty("verified").GetBoolean());
        Assert.Equal(1, authority.Fetches);
        Assert.Equal(1, authority.Verifications);
    }

    [Fact]
    public async Task The_list_says_what_to_do_about_a_failure()
    {
        var credential = Scripted(new Authority(Time) { Current = Plant("refused-password").Reveal() }, "orders");
        await credential.RefreshAsync(RefreshTrigger.Manual, TestContext.Current.CancellationToken);
        var session = await ServeAsync();

        var orders = Entry(SuccessOf(await session.CallAsync("list_credentials")), "orders");

        Assert.Equal("CREDENTIAL_REJECTED", orders.GetProperty("lastErrorCode").GetString());
        Assert.Equal(1, orders.GetProperty("failures").GetInt32());
        Assert.Contains("correct the secret at its source", orders.GetProperty("whatToDo").GetString());
    }

    private Authority Accepting(string password) => new Authority(Time) { Current = Plant(password).Reveal() }.Accept(password);

    private static JsonElement Entry(JsonElement holder, string name) =>
        holder.GetProperty("credentials").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
}
