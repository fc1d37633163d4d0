using Rekey.Http;
using Rekey.Testing;
using Rekey.Testing.Http;

namespace Rekey.Tests.Http;

public sealed class HttpVerifierTests : LeakCheckedTest
{
    private const string Good = "ghp_good-value-1";

    private readonly HttpClient _http = BoundedHttp.CreateClient();
    private readonly ManualTimeProvider _time = new();
    private readonly LoopbackHttpServer _server;
    private readonly List<HttpCall> _calls = [];
    private Func<HttpCall, HttpReply> _answer = static call => new HttpReply(call.Header("Authorization") == "Bearer " + Good ? 200 : 401);

    public HttpVerifierTests()
    {
        Plant(Good);
        _server = new LoopbackHttpServer((call, _) =>
        {
            lock (_calls)
                _calls.Add(call);
            return Task.FromResult(_answer(call));
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_good_value_is_accepted_and_nothing_but_the_address_is_asked()
    {
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(Good)).Outcome);

        var call = Assert.Single(_calls);
        Assert.Equal(("GET", "/user?per=1", "rekey"), (call.Method, call.Target, call.Header("User-Agent")));
        Assert.Empty(call.Body);
    }

    [Theory]
    [InlineData("Authorization", "token ")]
    [InlineData("X-API-Key", "")]
    [InlineData("Cookie", "session=")]
    [InlineData("User-Agent", "")]
    public async Task The_value_stands_behind_its_prefix_in_its_header(string header, string prefix)
    {
        _answer = static _ => new HttpReply(204);

        await VerifyAsync(Good, options => options with { Header = header, Prefix = prefix });

        var call = Assert.Single(_calls);
        Assert.True(call.Header(header) == prefix + Good);
        Assert.Equal(header == "Authorization", call.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refusal_is_proof(int status)
    {
        _answer = _ => new HttpReply(status, $"{{\"message\":\"bad credentials: {Good}\"}}");

        var verification = await VerifyAsync(Good);

        Assert.Equal((VerificationOutcome.Refused, null), (verification.Outcome, verification.Error));
    }

    [Theory]
    [InlineData(301, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(302, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(307, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(308, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(400, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(404, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(405, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(407, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(418, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(429, "RATE_LIMITED")]
    [InlineData(500, "VERIFICATION_INCONCLUSIVE")]
    [InlineData(503, "VERIFICATION_INCONCLUSIVE")]
    public async Task Every_other_status_proves_nothing(int status, string code)
    {
        _answer = _ => new HttpReply(status);

        await AssertInconclusiveAsync(code);
    }

    [Fact]
    public async Task No_redirect_is_followed()
    {
        await using var other = new LoopbackHttpServer(static (_, _) => throw new InvalidOperationException("The value was carried elsewhere."));
        _answer = _ => new HttpReply(302) { Headers = new Dictionary<string, string> { ["Location"] = other.Address.ToString() } };

        var verification = await AssertInconclusiveAsync("VERIFICATION_INCONCLUSIVE");

        Assert.Contains("no redirect is followed", verification.Error!.NextStep);
        Assert.Equal(0, other.Connections);
    }

    [Theory]
    [InlineData(429, "Retry-After", "30", 30)]
    [InlineData(403, "Retry-After", "30", 30)]
    [InlineData(503, "Retry-After", "30", 30)]
    [InlineData(429, "Retry-After", "2147483647", 3600)]
    [InlineData(503, "Retry-After", "2147483647", 3600)]
    [InlineData(429, "Retry-After", "soon", null)]
    [InlineData(403, "X-RateLimit-Remaining", "0", null)]
    public async Task A_service_that_asks_to_wait_is_told_with_its_time_and_refuses_nothing(int status, string header, string value, int? seconds)
    {
        _answer = _ => new HttpReply(status) { Headers = new Dictionary<string, string> { [header] = value } };

        var verification = await AssertInconclusiveAsync(status == 503 ? "VERIFICATION_INCONCLUSIVE" : "RATE_LIMITED");

        Assert.Equal(seconds, verification.Error!.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Requests_that_are_left_refuse_as_ever()
    {
        _answer = static _ => new HttpReply(403) { Headers = new Dictionary<string, string> { ["X-RateLimit-Remaining"] = "59" } };

        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(Good)).Outcome);
    }

    [Theory]
    [InlineData(WireFault.Reset, "SERVICE_UNREACHABLE")]
    [InlineData(WireFault.LostReply, "SERVICE_UNREACHABLE")]
    [InlineData(WireFault.Truncated, "SERVICE_UNREACHABLE")]
    [InlineData(WireFault.Garbage, "SERVICE_UNREACHABLE")]
    [InlineData(WireFault.Huge, "VERIFICATION_INCONCLUSIVE")]
    public async Task Trouble_on_the_wire_proves_nothing(WireFault fault, string code)
    {
        _answer = _ => new HttpReply(401, "{ \"message\": \"bad credentials\" }") { Fault = fault };

        await AssertInconclusiveAsync(code);
    }

    [Fact]
    public async Task A_service_that_never_answers_is_left_in_time()
    {
        _answer = static _ => new HttpReply(200) { Fault = WireFault.Hang };

        var work = VerifyAsync(Good);
        await Until.True(() => _calls.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(6.1));

        Assert.Equal((VerificationOutcome.Indeterminate, "SERVICE_UNREACHABLE"), ((await work).Outcome, (await work).Error?.Code));
    }

    [Fact]
    public async Task A_service_that_is_not_there_proves_nothing()
    {
        await _server.DisposeAsync();

        await AssertInconclusiveAsync("SERVICE_UNREACHABLE");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_gets_no_value()
    {
        await using var server = new TlsListener();

        var verification = await VerifyAsync(Good, options => options with { Address = server.Address });

        Assert.Equal((VerificationOutcome.Indeterminate, "SERVICE_UNREACHABLE"), (verification.Outcome, verification.Error?.Code));
        Assert.Contains("certificate", verification.Error!.NextStep);
        Assert.Equal(0, await server.DecryptedBytesAsync());
    }

    [Fact]
    public async Task Whoever_cancels_hears_of_it()
    {
        _answer = static _ => new HttpReply(200) { Fault = WireFault.Hang };
        using var cancelled = new CancellationTokenSource();

        var work = VerifyAsync(Good, cancellationToken: cancelled.Token);
        await Until.True(() => _calls.Count == 1);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }

    [Theory]
    [InlineData("first-line\nsecond-line")]
    [InlineData("value\r\nX-Injected: yes")]
    [InlineData("value-with-bell\a")]
    [InlineData("value-with-\u00FCmlaut")]
    [InlineData("value-with-\uD800half")]
    [InlineData("ends-with-newline\n")]
    [InlineData(" begins-with-a-space")]
    [InlineData("ends-with-a-space ")]
    public async Task A_value_that_no_header_can_carry_is_refused_before_anything_is_sent(string value)
    {
        Plant(value);

        var verification = await VerifyAsync(value);

        Assert.Equal((VerificationOutcome.Refused, "SECRET_INVALID"), (verification.Outcome, verification.Error?.Code));
        Assert.Equal(0, _server.Connections);
    }

    [Theory]
    [InlineData("http://api.example.com/user")]
    [InlineData("https://me@api.example.com/user")]
    [InlineData("https://api.example.com/user#top")]
    [InlineData("ftp://127.0.0.1/user")]
    [InlineData("/user")]
    public void A_value_travels_in_the_clear_to_this_machine_alone(string address)
    {
        var uri = new Uri(address, UriKind.RelativeOrAbsolute);

        Assert.False(HttpVerifier.Admits(uri));
        Assert.Throws<ArgumentException>(() => HttpVerifier.For(Options() with { Address = uri }));
    }

    [Theory]
    [InlineData("Host", "")]
    [InlineData("Transfer-Encoding", "")]
    [InlineData("Content-Type", "")]
    [InlineData("X Y", "")]
    [InlineData("", "")]
    [InlineData("X-Key:", "")]
    [InlineData("X-Key", " Bearer")]
    [InlineData("X-Key", "Bearer\n")]
    public void Not_every_header_can_carry_a_value(string header, string prefix) =>
        Assert.Throws<ArgumentException>(() => HttpVerifier.For(Options() with { Header = header, Prefix = prefix }));

    [Fact]
    public async Task What_works_stays_when_the_next_value_is_refused_limited_or_no_header()
    {
        var source = new ScriptedDocuments { OnFetch = Document(Good) };
        var credential = new ManagedCredential<SecretValue>(new CredentialOptions<SecretValue>
        {
            Name = "github",
            Kind = "value",
            Source = new ReadingSource<SecretValue>(source, static document => SecretValueReader.Read(document, null, "scripted")),
            Verifier = HttpVerifier.For(Options()),
            Logger = Logger,
            Time = _time,
        });
        var first = await credential.GetLeaseAsync(TestContext.Current.CancellationToken);
        Assert.True(first.IsVerified);

        source.OnFetch = Document(Plant("ghp_wrong-value").Reveal());
        Assert.Equal("CREDENTIAL_REJECTED", await ErrorOfAsync(credential));

        source.OnFetch = Document(Plant("ghp_two\nlines").Reveal());
        Assert.Equal("SECRET_INVALID", await ErrorOfAsync(credential));

        source.OnFetch = Document(Plant("ghp_next-value").Reveal());
        _answer = static _ => new HttpReply(429) { Headers = new Dictionary<string, string> { ["Retry-After"] = "30" } };
        var calls = _calls.Count;
        Assert.Equal("RATE_LIMITED", await ErrorOfAsync(credential));
        Assert.Equal(calls + 1, _calls.Count); // whoever asks to wait is not asked again in a moment
        Assert.InRange(credential.Status.NextAttemptAt!.Value - _time.GetUtcNow(), TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(31));

        Assert.Same(first, await credential.GetLeaseAsync(TestContext.Current.CancellationToken));
        await Until.Done(credential.DisposeAsync().AsTask(), _time, TimeSpan.FromSeconds(1));
    }

    private static Func<CancellationToken, Task<SourceAnswer<SecretDocument>>> Document(string value) =>
        ScriptedDocuments.Answers(SecretDocument.FromText(new Secret(value)));

    private async Task<string> ErrorOfAsync(ManagedCredential<SecretValue> credential)
    {
        var attempt = credential.RefreshAsync(RefreshTrigger.Rotation, TestContext.Current.CancellationToken);
        var error = Assert.IsType<RefreshResult.Failed>(await Until.Done(attempt, _time, TimeSpan.FromMilliseconds(100))).Error;
        Observe(error.ToString());
        return error.Code;
    }

    private HttpVerifierOptions Options() =>
        new() { Credential = "github", Address = new Uri(_server.Address, "/user?per=1"), Http = _http, Time = _time };

    private async Task<Verification> VerifyAsync(
        string value, Func<HttpVerifierOptions, HttpVerifierOptions>? change = null, CancellationToken cancellationToken = default)
    {
        var verifier = HttpVerifier.For((change ?? (static options => options))(Options()));
        var verification = await verifier(new SecretValue(new Secret(value)), cancellationToken);
        Observe($"{verification}");
        return verification;
    }

    private async Task<Verification> AssertInconclusiveAsync(string code)
    {
        var verification = await VerifyAsync(Good);
        Assert.Equal((VerificationOutcome.Indeterminate, code), (verification.Outcome, verification.Error?.Code));
        return verification;
    }
}
