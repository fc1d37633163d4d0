using System.Net;
using Rekey.Redis;
using Rekey.Testing;
using Rekey.Testing.Redis;

namespace Rekey.Tests.Redis;

/// <summary>Replies of servers that are old, busy, in trouble or none at all.</summary>
public sealed class RedisReplyTests : LeakCheckedTest
{
    private const string Password = "redis-password-1";
    private const string Unauthenticated = "-NOAUTH Authentication required.\r\n";

    private readonly ManualTimeProvider _time = new();

    public RedisReplyTests() => Plant(Password);

    [Theory]
    [InlineData("+OK\r\n", "+PONG\r\n", VerificationOutcome.Accepted, null)]
    [InlineData("+OK\r\n", "-NOPERM this user has no permissions to run the 'ping' command\r\n", VerificationOutcome.Accepted, null)]
    [InlineData("+OK\r\n", "-MISCONF Redis is configured to save RDB snapshots\r\n", VerificationOutcome.Accepted, null)]
    [InlineData("+OK\r\n", "-LOADING Redis is loading the dataset in memory\r\n", VerificationOutcome.Indeterminate, "is loading its data")]
    [InlineData("+OK\r\n", "-MASTERDOWN Link with MASTER is down\r\n", VerificationOutcome.Indeterminate, "a replica whose primary is away")]
    [InlineData("+OK\r\n", "-BUSY Redis is busy running a script\r\n", VerificationOutcome.Indeterminate, "busy with a script")]
    [InlineData("+OK\r\n", Unauthenticated, VerificationOutcome.Indeterminate, "asks for a login that it has just accepted")]
    [InlineData("+OK\r\n", "+OK\r\n", VerificationOutcome.Indeterminate, "does not answer as Redis does")]
    [InlineData("-WRONGPASS invalid username-password pair or user is disabled.\r\n", "", VerificationOutcome.Refused, null)]
    [InlineData("-ERR invalid password\r\n", Unauthenticated, VerificationOutcome.Refused, null)] // before version 6
    [InlineData("-ERR Client sent AUTH, but no password is set\r\n", "+PONG\r\n", VerificationOutcome.Indeterminate, "serves everybody")]
    [InlineData("-ERR max number of clients reached\r\n", RedisStandIn.Close, VerificationOutcome.Indeterminate, "gave no answer")]
    [InlineData("-ERR something\r\n", "-ERR something\r\n", VerificationOutcome.Indeterminate, "says nothing about the password")]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n", "", VerificationOutcome.Indeterminate, "is loading its data")]
    [InlineData("-DENIED Redis is running in protected mode\r\n", "", VerificationOutcome.Indeterminate, "in protected mode")]
    [InlineData("-NOAUTH Authentication required.\r\n", "", VerificationOutcome.Indeterminate, "proves nothing")]
    [InlineData("-HELLO there\r\n", "", VerificationOutcome.Indeterminate, "says nothing about the password")]
    public async Task What_the_codes_prove(string login, string ping, VerificationOutcome outcome, string? message)
    {
        await using var server = new RedisStandIn(command => command.StartsWith("AUTH", StringComparison.Ordinal) ? login : ping);

        var verification = await VerifyAsync(server.Port);

        Assert.Equal(outcome, verification.Outcome);
        Assert.Contains(message ?? "", verification.Error?.Message ?? "");
        Assert.Equal(message is null, verification.Error is null);
    }

    [Fact]
    public async Task A_server_that_knows_no_user_names_is_told_apart_from_one_that_refuses()
    {
        await using var server = new RedisStandIn(static command => command == "PING" ? Unauthenticated : "-ERR wrong number of arguments for 'auth' command\r\n");

        var verification = await VerifyAsync(server.Port, "app");

        Assert.Equal(VerificationOutcome.Indeterminate, verification.Outcome);
        Assert.Contains("Remove 'username'", verification.Error!.NextStep);
        Assert.Equal(["AUTH app " + Password, "PING"], server.Commands);
    }

    [Theory]
    [InlineData(RedisStandIn.Close, "SERVICE_UNREACHABLE")]
    [InlineData(RedisStandIn.Reset, "SERVICE_UNREACHABLE")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData("\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData("-\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData("- OK\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData("-" + Password + "\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData("-ERR " + Password + "\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData("+" + Password + "\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData("$2\r\nOK\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData(":1\r\n", "VERIFICATION_INCONCLUSIVE")]
    [InlineData("*-1\r\n", "VERIFICATION_INCONCLUSIVE")]
    public async Task What_is_no_answer_proves_nothing_and_is_not_repeated(string reply, string code)
    {
        await using var server = new RedisStandIn(_ => reply);

        Assert.Equal((VerificationOutcome.Indeterminate, code), Told(await VerifyAsync(server.Port)));
    }

    [Fact]
    public async Task A_line_that_never_ends_is_not_read_to_its_end()
    {
        await using var server = new RedisStandIn(static _ => "-ERR " + new string('x', 1 << 20));

        Assert.Equal((VerificationOutcome.Indeterminate, "VERIFICATION_INCONCLUSIVE"), Told(await VerifyAsync(server.Port)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("+O")]
    public async Task A_server_that_does_not_finish_its_answer_is_left_in_time(string beginning)
    {
        await using var server = new RedisStandIn(command => beginning);

        var work = VerifyAsync(server.Port);
        await Until.True(() => server.Commands.Count == 1);
        _time.Advance(TimeSpan.FromSeconds(6.1));

        Assert.Equal((VerificationOutcome.Indeterminate, "SERVICE_UNREACHABLE"), Told(await work));
    }

    [Fact]
    public async Task A_server_that_answers_no_handshake_is_left_in_time()
    {
        await using var server = new RedisStandIn(static _ => RedisStandIn.Hang);
        var options = Options(server.Port) with { Tls = new System.Net.Security.SslClientAuthenticationOptions { TargetHost = "127.0.0.1" } };

        var verification = await Until.Done(VerifyAsync(options), _time, TimeSpan.FromSeconds(1));

        Assert.Equal((VerificationOutcome.Indeterminate, "SERVICE_UNREACHABLE"), Told(verification));
        Assert.Contains("set 'tls' to false", verification.Error!.NextStep);
        Assert.Empty(server.Commands);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("localhost")]
    public async Task A_server_is_found_by_its_name_and_at_an_address_of_version_6(string host)
    {
        Assert.SkipUnless(System.Net.Sockets.Socket.OSSupportsIPv6, "This machine has no version 6.");
        await using var server = new RedisStandIn(static command => command == "PING" ? "+PONG\r\n" : "+OK\r\n", host == "::1" ? IPAddress.IPv6Loopback : IPAddress.Loopback);

        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(Options(server.Port) with { Host = host })).Outcome);
    }

    [Fact]
    public async Task A_name_that_nobody_has_proves_nothing()
    {
        var verification = await VerifyAsync(Options(6379) with { Host = "nowhere.invalid", Time = TimeProvider.System });

        Assert.Equal((VerificationOutcome.Indeterminate, "SERVICE_UNREACHABLE"), Told(verification));
        Assert.Contains("nowhere.invalid:6379", verification.Error!.Message);
    }

    [Fact]
    public async Task Whoever_cancels_hears_of_it()
    {
        await using var server = new RedisStandIn(static _ => RedisStandIn.Hang);
        using var cancelled = new CancellationTokenSource();

        var work = RedisVerifier.For(Options(server.Port))(new SecretValue(new Secret(Password)), cancelled.Token).AsTask();
        await Until.True(() => server.Commands.Count == 1);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }

    private static (VerificationOutcome Outcome, string? Code) Told(Verification verification) => (verification.Outcome, verification.Error?.Code);

    private RedisOptions Options(int port) => new() { Credential = "cache", Host = "127.0.0.1", Port = port, Time = _time };

    private Task<Verification> VerifyAsync(int port, string? user = null) => VerifyAsync(Options(port) with { UserName = user });

    private async Task<Verification> VerifyAsync(RedisOptions options)
    {
        var verification = await RedisVerifier.For(options)(new SecretValue(new Secret(Password)), TestContext.Current.CancellationToken);
        Observe($"{verification}");
        return verification;
    }
}
