using System.Text.Json;
using ModelContextProtocol;
using Rekey.Mcp.Tests.Serving;
using Rekey.Testing;

namespace Rekey.Mcp.Tests.Tools;

public sealed class RefreshSecretTests : ServerTest
{
    [Theory, MemberData(nameof(Eras))]
    public async Task A_new_version_of_a_database_login_says_the_agreed_sentence(string era)
    {
        var authority = Rotating("first-password", "second-password");
        await Scripted(authority, "orders", "database").GetLeaseAsync(TestContext.Current.CancellationToken);
        authority.Rotate("second-password");
        var session = await ServeAsync(era);

        var result = await session.CallAsync("refresh_secret");

        Assert.Equal("Secret refreshed and connection re-established.", TextOf(result));
        var entry = Only(SuccessOf(result));
        Assert.Equal("refreshed", entry.GetProperty("outcome").GetString());
        Assert.True(entry.GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task The_same_version_says_unchanged_and_was_proved_again()
    {
        var authority = Rotating("first-password");
        await Scripted(authority, "orders", "database").GetLeaseAsync(TestContext.Current.CancellationToken);
        var session = await ServeAsync();

        var result = await session.CallAsync("refresh_secret", new { credential = "orders" });

        Assert.Contains("unchanged", TextOf(result));
        Assert.Equal("unchanged", Only(SuccessOf(result)).GetProperty("outcome").GetString());
        Assert.True(Only(SuccessOf(result)).GetProperty("verified").GetBoolean());
        Assert.Equal(2, authority.Verifications);
    }

    [Fact]
    public async Task An_unchanged_secret_whose_service_is_down_is_no_success()
    {
        var authority = Rotating("first-password");
        await Scripted(authority, "orders", "database").GetLeaseAsync(TestContext.Current.CancellationToken);
        authority.IsServiceDown = true;
        var session = await ServeAsync();

        Assert.Equal("SERVICE_UNREACHABLE", CodeOf(await session.CallAsync("refresh_secret")));
        authority.IsServiceDown = false;
        Assert.Equal("ready", (await PhaseAsync(session, "orders")).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Without_a_verifier_a_success_says_that_it_is_unverified()
    {
        Scripted(Rotating("first-password"), "github", isVerified: false);
        var session = await ServeAsync();

        var result = await session.CallAsync("refresh_secret");

        Assert.Contains("unverified", TextOf(result));
        Assert.False(Only(SuccessOf(result)).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task Without_an_argument_every_credential_has_a_result_and_one_failure_is_a_failure()
    {
        Scripted(Rotating("first-password"), "good", "database");
        Scripted(new Authority(Time) { Current = Plant("refused-password").Reveal() }, "bad", "database");
        var session = await ServeAsync();

        var error = ErrorOf(await session.CallAsync("refresh_secret"));

        Assert.Equal("REFRESH_FAILED", error.GetProperty("code").GetString());
        Assert.Contains("bad [CREDENTIAL_REJECTED]", error.GetProperty("message").GetString());
        Assert.Equal(["failed", "refreshed"], error.GetProperty("credentials").EnumerateArray().Select(static c => c.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task A_refresh_of_one_leaves_the_others_alone()
    {
        var other = Rotating("other-password");
        Scripted(Rotating("first-password"), "orders", "database");
        Scripted(other, "reports", "database");
        var session = await ServeAsync();

        SuccessOf(await session.CallAsync("refresh_secret", new { credential = "orders" }));

        Assert.Equal(0, other.Fetches);
    }

    [Fact]
    public async Task Callers_at_the_same_time_never_make_two_fetches_at_once()
    {
        var gate = new TaskCompletionSource();
        var authority = Rotating("first-password");
        authority.OnFetch = token => gate.Task.WaitAsync(token);
        Scripted(authority, "orders", "database");
        var session = await ServeAsync();

        var calls = Enumerable.Range(0, 8).Select(_ => session.CallAsync("refresh_secret")).ToList();
        await Until.True(() => authority.Fetches == 1);
        gate.SetResult();
        foreach (var call in calls)
            SuccessOf(await call);

        Assert.Equal(1, authority.MostFetchesAtOnce);
    }

    [Fact]
    public async Task A_slow_refresh_answers_in_time_goes_on_and_reports_progress()
    {
        var time = new ManualTimeProvider();
        Time = time;
        var gate = new TaskCompletionSource();
        var authority = Rotating("first-password");
        authority.OnVerify = token => gate.Task.WaitAsync(token);
        var credential = new ManagedCredential<SecretValue>(new CredentialOptions<SecretValue>
        {
            Name = "orders",
            Kind = "database",
            Source = authority.Source,
            Verifier = authority.Verifier,
            Policy = new RefreshPolicy { VerifyTimeout = TimeSpan.FromMinutes(10) },
            Secrets = Redactor,
            Time = time,
        });
        Registry.Add(credential);
        var session = await ServeAsync();
        var reports = new Reports();

        var call = session.CallAsync("refresh_secret", progress: reports);
        await Until.True(() => authority.Verifications == 1);
        var error = ErrorOf(await Until.Done(call, time, TimeSpan.FromSeconds(1)));

        Assert.Equal("REFRESH_IN_PROGRESS", error.GetProperty("code").GetString());
        Assert.True(error.GetProperty("retryable").GetBoolean());
        await Until.True(() => reports.Count > 0);
        Assert.True(credential.IsRefreshing);
        gate.SetResult();
        await Until.True(() => credential.Active is not null);
    }

    [Fact]
    public async Task A_cancelled_call_leaves_the_refresh_running()
    {
        var gate = new TaskCompletionSource();
        var authority = Rotating("first-password");
        authority.OnFetch = token => gate.Task.WaitAsync(token);
        var credential = Scripted(authority, "orders", "database");
        var session = await ServeAsync();
        using var cancel = new CancellationTokenSource();

        var call = session.CallAsync("refresh_secret", cancellationToken: cancel.Token);
        await Until.True(() => authority.Fetches == 1);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        gate.SetResult();
        await Until.True(() => credential.Active is not null);
    }

    private Authority Rotating(params string[] passwords)
    {
        foreach (var password in passwords)
            Plant(password);
        return new Authority(Time) { Current = passwords[0] }.Accept(passwords[0]);
    }

    private static JsonElement Only(JsonElement success) => Assert.Single(success.GetProperty("credentials").EnumerateArray());

    private static async Task<JsonElement> PhaseAsync(Session session, string name) =>
        SuccessOf(await session.CallAsync("list_credentials")).GetProperty("credentials").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    private sealed class Reports : IProgress<ProgressNotificationValue>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Report(ProgressNotificationValue value) => Interlocked.Increment(ref _count);
    }
}
