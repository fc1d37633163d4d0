using Rekey.Aws.SecretsManager;
using Rekey.Testing.Aws;
using Rekey.Testing.Http;

namespace Rekey.Aws.Tests.SecretsManager;

public sealed class SecretsManagerSourceTests : AwsTest
{
    private const string Operation = "GetSecretValue";

    [Theory]
    [InlineData("prod/orders")]
    [InlineData("prod/orders-AbC123")]
    public async Task A_secret_is_found_by_its_name_its_whole_ARN_and_its_ARN_without_what_AWS_appended(string name)
    {
        var value = Plant("password-of-" + name);
        var arn = Secrets.Secrets.Create(name, value);

        foreach (var id in new[] { name, arn, $"arn:aws:secretsmanager:eu-central-1:{AwsAccount.Id}:secret:{name}" })
            Assert.Equal(value.Reveal(), (await FetchAsync(Source(id))).Credential.Content.Reveal());
    }

    [Fact]
    public async Task A_name_that_ends_like_an_ARN_is_asked_for_the_short_way_from_the_second_time_on()
    {
        Secrets.Secrets.Create("orders-AbC123", Plant("password-behind-an-odd-name"));
        var source = Source($"arn:aws:secretsmanager:eu-central-1:{AwsAccount.Id}:secret:orders-AbC123");
        await FetchAsync(source);
        var before = Secrets.Count(Operation);

        await FetchAsync(source);

        Assert.Equal(before + 1, Secrets.Count(Operation));
    }

    [Fact]
    public async Task A_secret_of_the_same_name_in_the_caller_s_own_account_is_not_the_one_of_another_account()
    {
        Secrets.Secrets.Create("orders-AbC123", Plant("password-of-the-wrong-account"));

        var error = await FailureOf(Source("arn:aws:secretsmanager:eu-central-1:999999999999:secret:orders-AbC123"));

        Assert.Equal("AWS_SECRET_NOT_FOUND", error.Code);
    }

    [Fact]
    public async Task The_version_is_the_one_of_AWS_and_the_stage_is_always_named()
    {
        Secrets.Secrets.Create("orders", Plant("password-first"));
        var second = Secrets.Secrets.Put("orders", Plant("password-second"));

        var current = await FetchAsync(Source("orders"));
        var previous = await FetchAsync(Using(new SecretsManagerSource("orders", Access(), "AWSPREVIOUS")));

        Assert.Equal(second, current.Version);
        Assert.Equal("password-first", previous.Credential.Content.Reveal());
        Assert.Equal(["AWSCURRENT", "AWSPREVIOUS"], Secrets.Calls.Select(static c => c.VersionStage));
    }

    [Fact]
    public async Task The_pending_version_is_another_one_or_nothing()
    {
        var first = Secrets.Secrets.Create("orders", Plant("password-first"));
        var source = Source("orders");
        var lease = LeaseOf(await FetchAsync(source));
        Assert.Null(await source.FetchPendingAsync(lease, CancellationToken.None));

        var pending = Secrets.Secrets.Put("orders", Plant("password-pending"), "AWSPENDING");
        var answer = await source.FetchPendingAsync(lease, CancellationToken.None);
        Assert.Equal((pending, "password-pending"), (answer?.Version, answer?.Credential.Content.Reveal()));

        Secrets.Secrets.MoveStage(first, "AWSCURRENT", pending, lease.Version);
        Assert.Null(await source.FetchPendingAsync(LeaseOf(await FetchAsync(source)), CancellationToken.None));
    }

    [Fact]
    public async Task Somebody_who_names_a_stage_gets_that_stage_and_no_pending_version()
    {
        Secrets.Secrets.Create("orders", Plant("password-first"));
        Secrets.Secrets.Put("orders", Plant("password-pending"), "AWSPENDING");
        var source = Using(new SecretsManagerSource("orders", Access(), "AWSCURRENT2"));

        Assert.Equal("AWS_SECRET_NOT_FOUND", (await FailureOf(source)).Code);
        Assert.Null(await source.FetchPendingAsync(LeaseOf(await FetchAsync(Source("orders"))), CancellationToken.None));
    }

    [Fact]
    public async Task A_binary_secret_cannot_be_used()
    {
        Secrets.Secrets.Create("orders", [1, 2, 3]);

        var error = await FailureOf(Source("orders"));

        Assert.Equal(("AWS_SECRET_INVALID", FailureKind.Invalid), (error.Code, error.Kind));
    }

    [Fact]
    public async Task A_secret_that_is_scheduled_for_deletion_is_no_missing_one_and_comes_back()
    {
        Secrets.Secrets.Create("orders", Plant("password-of-a-deleted-secret"));
        Secrets.Secrets.Delete("orders");
        var source = Source("orders");

        var error = await FailureOf(source);
        Assert.True(error is { Code: "AWS_SECRET_DELETED", Retryable: false, IsWithdrawal: true });

        Secrets.Secrets.Restore("orders");
        await FetchAsync(source);
    }

    [Theory]
    [InlineData("secretsmanager:GetSecretValue")]
    [InlineData("kms:Decrypt")]
    public async Task A_permission_that_is_missing_is_named(string permission)
    {
        Secrets.Secrets.Create("orders", Plant("password-nobody-may-read"));
        Caller.Deny(permission);

        var error = await FailureOf(Source("orders"));

        Assert.Equal("AWS_ACCESS_DENIED", error.Code);
        Assert.Contains(permission, error.Message, StringComparison.Ordinal);
        Assert.True(error.IsWithdrawal);
    }

    public static TheoryData<string, string, bool> Codes => new()
    {
        { "DecryptionFailure", "AWS_DECRYPTION_FAILED", false },
        { "InternalServiceError", "AWS_ERROR", true },
        { "ThrottlingException", "AWS_THROTTLED", true },
        { "ExpiredTokenException", "AWS_AUTH_REQUIRED", true },
        { "UnrecognizedClientException", "AWS_AUTH_REQUIRED", true },
        { "InvalidSignatureException", "AWS_AUTH_REQUIRED", true },
        { "InvalidParameterException", "AWS_ERROR", false },
        { "RequestTimeTooSkewed", "AWS_CLOCK_SKEW", true },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_code_of_AWS_has_one_meaning_in_each_of_its_three_forms(string code, string ours, bool retryable)
    {
        foreach (var form in Enum.GetValues<AwsErrorForm>())
        {
            Secrets.ErrorForm = form;
            Secrets.Faults.Always(Operation, new AwsException(code, "Something that AWS says, with not found, access denied and ENOTFOUND in it.", code == "InternalServiceError" ? 500 : 400));

            var error = await FailureOf(Source("orders"));

            Assert.Equal((ours, retryable), (error.Code, error.Retryable));
            Assert.DoesNotContain("ENOTFOUND", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(WireFault.Reset, "AWS_UNREACHABLE")]
    [InlineData(WireFault.LostReply, "AWS_UNREACHABLE")]
    [InlineData(WireFault.Truncated, "AWS_UNREACHABLE")]
    [InlineData(WireFault.Garbage, "AWS_ERROR")]
    [InlineData(WireFault.Huge, "AWS_ERROR")]
    public async Task What_happens_on_the_wire_is_never_taken_for_an_answer(WireFault fault, string code)
    {
        Secrets.Secrets.Create("orders", Plant("password-on-a-bad-wire"));
        Secrets.Faults.Always(Operation, fault);

        var error = await FailureOf(Source("orders"));

        Assert.Equal((code, FailureKind.Unavailable), (error.Code, error.Kind));
    }

    [Fact]
    public async Task A_page_of_a_proxy_is_no_answer_of_AWS()
    {
        Secrets.Faults.Always(Operation, new HttpReply(503, "<html>Service Unavailable</html>", "text/html"));

        var error = await FailureOf(Source("orders"));

        Assert.Equal(("AWS_ERROR", FailureKind.Unavailable), (error.Code, error.Kind));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"SecretString":12}""")]
    [InlineData("""{"SecretString":null,"VersionId":[]}""")]
    public async Task An_answer_of_another_shape_is_unreadable(string body)
    {
        Secrets.Faults.Always(Operation, new HttpReply(200, body));

        Assert.Equal("AWS_RESPONSE_UNREADABLE", (await FailureOf(Source("orders"))).Code);
    }

    [Fact]
    public async Task A_failure_that_passes_is_not_noticed()
    {
        Secrets.Secrets.Create("orders", Plant("password-after-a-hiccup"));
        Secrets.Faults.Once(Operation, AwsException.InternalServiceError);
        Secrets.Faults.Once(Operation, WireFault.Reset);

        await FetchAsync(Source("orders"));

        Assert.Equal(3, Secrets.Count(Operation));
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_out_of_reach_and_not_a_secret_that_does_not_exist()
    {
        var source = Using(new SecretsManagerSource("orders", Access(new Uri("http://secretsmanager.invalid"))));

        var error = await FailureOf(source);

        Assert.Equal(("AWS_UNREACHABLE", FailureKind.Unavailable), (error.Code, error.Kind));
    }

    [Fact]
    public async Task The_region_of_an_ARN_is_the_one_that_is_asked_in()
    {
        var arn = Secrets.Secrets.Create("orders", Plant("password-in-a-region"));
        Environment["AWS_REGION"] = "us-east-1";

        await FetchAsync(Using(new SecretsManagerSource(arn, Access() with { Region = null })));
    }

    [Fact]
    public async Task Without_a_region_anywhere_none_is_guessed()
    {
        var error = await FailureOf(Using(new SecretsManagerSource("orders", Access() with { Region = null })));

        Assert.Equal("AWS_REGION_REQUIRED", error.Code);
        Assert.Empty(Secrets.Calls);
    }

    [Fact]
    public async Task Keys_that_were_renewed_are_used_without_a_restart()
    {
        Secrets.Secrets.Create("orders", Plant("password-behind-new-keys"));
        var expired = Account.Add(Principal.NewSession("reader", "old", Account.Time.GetUtcNow().AddMinutes(-1)));
        Plant(expired.SessionToken!.Value.Reveal());
        SignWith(expired);
        var source = Source("orders");
        Assert.Equal("AWS_AUTH_REQUIRED", (await FailureOf(source)).Code);

        SignWith(Caller);

        await FetchAsync(source);
    }

    [Fact]
    public async Task Nothing_is_asked_before_the_first_fetch()
    {
        var source = Source("orders");
        await Task.Yield();

        Assert.Equal(0, Secrets.Connections);
        Assert.Equal("aws-sm://orders", source.Reference);
    }

    private SecretsManagerSource Source(string name) => Using(new SecretsManagerSource(name, Access()));

    private static Lease<SecretDocument> LeaseOf(SourceAnswer<SecretDocument> answer) => Leased.Of(answer);
}
