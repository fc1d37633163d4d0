using Rekey.Aws.SecretsManager;
using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Aws.Tests.SecretsManager;

public sealed class ClockSkewTests : LeakCheckedTest
{
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task A_clock_that_is_hours_off_is_corrected_by_the_answer(int hours)
    {
        await using var server = ServerWhoseClockIsOff(TimeSpan.FromHours(hours), out var access);
        server.Secrets.Create("orders", Plant("password-at-the-wrong-hour"));
        using var source = new SecretsManagerSource("orders", access);

        var answer = await source.FetchAsync(new FetchRequest<SecretDocument>(RefreshTrigger.Demand, null), CancellationToken.None);

        Assert.Equal("password-at-the-wrong-hour", answer.Credential.Content.Reveal());
    }

    [Fact]
    public async Task A_signature_that_is_refused_for_the_time_in_it_is_no_wrong_key()
    {
        await using var server = ServerWhoseClockIsOff(TimeSpan.FromHours(1), out var access);
        server.Faults.Always("GetSecretValue", AwsException.ClockSkew(default, DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(5)));
        using var source = new SecretsManagerSource("orders", access);

        var exception = await Assert.ThrowsAsync<CredentialException>(
            async () => await source.FetchAsync(new FetchRequest<SecretDocument>(RefreshTrigger.Demand, null), CancellationToken.None));

        Assert.Equal("AWS_CLOCK_SKEW", Observe(exception).Error.Code);
    }

    private SecretsManagerServer ServerWhoseClockIsOff(TimeSpan offset, out AwsAccess access)
    {
        var account = new AwsAccount(new OffsetTime(offset));
        var caller = account.Add(Principal.NewUser());
        var server = new SecretsManagerServer(account);
        var environment = new FakeEnvironment
        {
            ["AWS_ACCESS_KEY_ID"] = caller.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = Plant(caller.SecretAccessKey.Reveal()).Reveal(),
        };
        access = new AwsAccess { Environment = environment, Region = account.Region, Endpoint = server.Address };
        return server;
    }

    private sealed class OffsetTime(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
    }
}
