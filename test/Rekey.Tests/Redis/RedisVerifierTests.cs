using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Rekey.Redis;
using Rekey.Testing;
using Rekey.Testing.Redis;

namespace Rekey.Tests.Redis;

/// <summary>What a real Redis says to logins, and what we make of it.</summary>
public sealed class RedisVerifierTests : LeakCheckedTest
{
    private readonly Secret _password;
    private RedisServer _server = null!;

    public RedisVerifierTests() => _password = Plant(RedisServer.NewPassword());

    public override async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync(_password);

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task The_password_of_the_default_user_is_proved_with_or_without_its_name()
    {
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(_password)).Outcome);
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(_password, "default")).Outcome);
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        Assert.Equal((VerificationOutcome.Refused, null), Told(await VerifyAsync(Plant("not-the-password"))));
        Assert.Equal((VerificationOutcome.Refused, null), Told(await VerifyAsync(_password, "nobody")));
    }

    [Theory]
    [InlineData("pass word\r\nPING\r\n")]
    [InlineData("passw\u00F6rd \u2603 \uD83D\uDD11")]
    [InlineData("*2$4\"'\\ {}")]
    public async Task Whatever_stands_in_a_password_it_stays_one(string odd)
    {
        var password = Plant(odd);
        await _server.SetUserAsync("app", "on", ">" + odd, "+ping");

        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(password, "app")).Outcome);
        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(new Secret(odd + "x"), "app")).Outcome);
    }

    [Fact]
    public async Task In_the_window_of_a_rotation_both_passwords_of_a_user_are_good_and_then_one()
    {
        var (old, young) = (Plant(RedisServer.NewPassword()), Plant(RedisServer.NewPassword()));
        await _server.SetUserAsync("app", "on", ">" + old.Reveal(), "+ping");
        await _server.SetUserAsync("app", ">" + young.Reveal());
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(old, "app")).Outcome);
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(young, "app")).Outcome);

        await _server.SetUserAsync("app", "<" + old.Reveal());

        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(old, "app")).Outcome);
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(young, "app")).Outcome);
    }

    [Fact]
    public async Task A_user_who_may_not_even_ping_has_logged_in()
    {
        await _server.SetUserAsync("reader", "on", ">" + _password.Reveal(), "~*", "+get");

        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(_password, "reader")).Outcome);
    }

    [Fact]
    public async Task A_user_who_is_switched_off_is_refused()
    {
        await _server.SetUserAsync("app", "off", ">" + _password.Reveal(), "+ping");
        await _server.SetUserAsync("default", "off");

        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(_password, "app")).Outcome);
        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(_password)).Outcome);
    }

    [Fact]
    public async Task A_default_user_without_a_password_who_is_switched_off_is_refused_too()
    {
        await _server.SetUserAsync("default", "nopass", "off");

        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(_password)).Outcome);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("default")]
    public async Task A_server_that_needs_no_password_proves_none(string? user)
    {
        await _server.RequirePasswordAsync("");

        var verification = await VerifyAsync(_password, user);

        Assert.Equal((VerificationOutcome.Indeterminate, "VERIFICATION_INCONCLUSIVE"), Told(verification));
        Assert.Contains("serves everybody without a password", verification.Error!.Message);
    }

    [Fact]
    public async Task A_server_that_is_gone_proves_nothing()
    {
        await _server.StopAsync();

        Assert.Equal((VerificationOutcome.Indeterminate, "SERVICE_UNREACHABLE"), Told(await VerifyAsync(_password)));
    }

    [Fact]
    public async Task TLS_is_spoken_to_a_server_whose_certificate_is_vouched_for()
    {
        Assert.Equal(VerificationOutcome.Accepted, (await VerifyAsync(_password, tls: Trusting(_server.Certificate))).Outcome);
        Assert.Equal(VerificationOutcome.Refused, (await VerifyAsync(Plant("not-the-password"), tls: Trusting(_server.Certificate))).Outcome);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_gets_no_password()
    {
        await _server.DoAsync("CONFIG", "RESETSTAT");

        var verification = await VerifyAsync(_password, tls: new SslClientAuthenticationOptions { TargetHost = _server.Host });

        Assert.Equal((VerificationOutcome.Indeterminate, "SERVICE_UNREACHABLE"), Told(verification));
        Assert.Contains("certificate", verification.Error!.NextStep);
        Assert.DoesNotContain("cmdstat_auth", await _server.ReadAsync("INFO", "commandstats"));
    }

    [Fact]
    public async Task In_the_clear_to_the_port_of_TLS_nothing_is_proved()
    {
        var options = Options(null, null) with { Port = _server.TlsPort };

        var verification = await VerifyAsync(_password, options);

        Assert.Equal(VerificationOutcome.Indeterminate, verification.Outcome);
        Assert.Contains("'tls'", verification.Error!.NextStep);
    }

    private static SslClientAuthenticationOptions Trusting(X509Certificate2 certificate) => new()
    {
        TargetHost = "127.0.0.1",
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    private static (VerificationOutcome Outcome, string? Code) Told(Verification verification) => (verification.Outcome, verification.Error?.Code);

    private RedisOptions Options(string? user, SslClientAuthenticationOptions? tls) => new()
    {
        Credential = "cache",
        Host = _server.Host,
        Port = tls is null ? _server.Port : _server.TlsPort,
        UserName = user,
        Tls = tls,
    };

    private Task<Verification> VerifyAsync(Secret password, string? user = null, SslClientAuthenticationOptions? tls = null) =>
        VerifyAsync(password, Options(user, tls));

    private async Task<Verification> VerifyAsync(Secret password, RedisOptions options)
    {
        var verification = await RedisVerifier.For(options)(new SecretValue(password), TestContext.Current.CancellationToken);
        Observe($"{verification}");
        return verification;
    }
}
