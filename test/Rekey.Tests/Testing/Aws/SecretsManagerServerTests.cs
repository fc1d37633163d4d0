using System.Text.Json.Nodes;
using Rekey.Testing;
using Rekey.Testing.Aws;
using Rekey.Testing.Http;

namespace Rekey.Tests.Testing.Aws;

public sealed class SecretsManagerServerTests : LeakCheckedTest
{
    private readonly ManualTimeProvider _time = new();
    private readonly SecretsManagerServer _server;
    private readonly Principal _principal;

    public SecretsManagerServerTests()
    {
        _server = new SecretsManagerServer(new AwsAccount(_time));
        _principal = _server.Account.Add(Principal.NewUser());
        Plant(_principal.SecretAccessKey.Reveal());
    }

    public override async ValueTask DisposeAsync()
    {
        Observe(string.Join('\n', _server.Calls));
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task<AwsAnswer> AskAsync(string operation, JsonObject input, Principal? principal = null)
    {
        using var client = new AwsClient(_server, principal ?? _principal);
        return await client.AskAsync("secretsmanager." + operation, input);
    }

    private Task<AwsAnswer> GetAsync(string id, string? stage = null, string? version = null) =>
        AskAsync("GetSecretValue", new JsonObject { ["SecretId"] = id, ["VersionStage"] = stage, ["VersionId"] = version });

    private static string TextOf(AwsAnswer answer) => answer.Json["SecretString"]!.GetValue<string>();

    [Fact]
    public async Task A_text_is_found_by_name_and_by_arn_whole_or_without_its_end()
    {
        var text = Plant("pass-a-0001");
        var arn = _server.Secrets.Create("prod/orders", text);

        foreach (var id in new[] { "prod/orders", arn, arn[..^7] })
        {
            var answer = await GetAsync(id);
            Assert.Equal((200, text.Reveal(), arn, "prod/orders"), (answer.Status, TextOf(answer), (string?)answer.Json["ARN"], (string?)answer.Json["Name"]));
            Assert.Null(answer.Json["SecretBinary"]);
            Assert.Equal("AWSCURRENT", (string?)answer.Json["VersionStages"]![0]);
            Assert.Contains("\"CreatedDate\":1.7672256E9", answer.Body, StringComparison.Ordinal);
        }
        Assert.Equal([_principal.AccessKeyId], _server.Calls.Select(static c => c.AccessKeyId).Distinct());
    }

    [Fact]
    public async Task A_name_that_looks_like_the_end_of_an_arn_is_not_found_by_a_partial_arn()
    {
        var arn = _server.Secrets.Create("my-secret", new Secret("pass-a-0001"));

        Assert.Equal(200, (await GetAsync("my-secret")).Status);
        Assert.Equal(200, (await GetAsync(arn)).Status);
        Assert.Equal(("ResourceNotFoundException", "Secrets Manager can't find the specified secret."), (await GetAsync(arn[..^7])).Failure);
    }

    [Fact]
    public async Task Bytes_come_as_bytes()
    {
        _server.Secrets.Create("key", [0, 1, 255]);

        var answer = await GetAsync("key");

        Assert.Equal("AAH/", (string?)answer.Json["SecretBinary"]);
        Assert.Null(answer.Json["SecretString"]);
    }

    [Fact]
    public async Task Stages_and_versions_select_and_miss_in_the_words_of_the_service()
    {
        _server.Secrets.Create("s", Plant("pass-a-0001"));
        var second = _server.Secrets.Put("s", Plant("pass-b-0002"));
        var third = _server.Secrets.Put("s", Plant("pass-c-0003"), AwsSecret.Pending);

        Assert.Equal("pass-a-0001", TextOf(await GetAsync("s", "AWSPREVIOUS")));
        Assert.Equal("pass-b-0002", TextOf(await GetAsync("s")));
        Assert.Equal("pass-c-0003", TextOf(await GetAsync("s", "AWSPENDING")));
        Assert.Equal("pass-c-0003", TextOf(await GetAsync("s", version: third)));
        Assert.Equal("pass-b-0002", TextOf(await GetAsync("s", "AWSCURRENT", second)));
        Assert.Equal(("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: OTHER"), (await GetAsync("s", "OTHER")).Failure);
        Assert.Equal(("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for VersionId: none"), (await GetAsync("s", version: "none")).Failure);
        Assert.Equal("InvalidRequestException", (await GetAsync("s", "AWSPENDING", second)).Failure.Code);
    }

    [Fact]
    public async Task A_description_tells_the_stages_of_each_version()
    {
        _server.Secrets.Create("s", new Secret("pass-a-0001"));
        _server.Secrets.Put("s", new Secret("pass-b-0002"));
        var current = _server.Secrets.Put("s", new Secret("pass-c-0003"));

        var described = await AskAsync("DescribeSecret", new JsonObject { ["SecretId"] = "s" });
        var listed = await AskAsync("ListSecretVersionIds", new JsonObject { ["SecretId"] = "s" });
        var all = await AskAsync("ListSecretVersionIds", new JsonObject { ["SecretId"] = "s", ["IncludeDeprecated"] = true });

        Assert.Equal("AWSCURRENT", (string?)described.Json["VersionIdsToStages"]![current]![0]);
        Assert.Equal(2, described.Json["VersionIdsToStages"]!.AsObject().Count);
        Assert.Equal(2, listed.Json["Versions"]!.AsArray().Count);
        Assert.Equal(3, all.Json["Versions"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_secret_marked_for_deletion_is_described_and_not_read()
    {
        _server.Secrets.Create("s", new Secret("pass-a-0001"));
        _server.Secrets.Delete("s");

        Assert.Equal(("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion."), (await GetAsync("s")).Failure);
        Assert.NotNull((await AskAsync("DescribeSecret", new JsonObject { ["SecretId"] = "s" })).Json["DeletedDate"]);

        _server.Secrets.Restore("s");
        Assert.Equal(200, (await GetAsync("s")).Status);
        _server.Secrets.Remove("s");
        Assert.Equal("ResourceNotFoundException", (await GetAsync("s")).Failure.Code);
    }

    [Fact]
    public async Task What_is_written_over_the_wire_is_read()
    {
        _server.Secrets.Create("s", new Secret("pass-a-0001"));
        var put = new JsonObject { ["SecretId"] = "s", ["SecretString"] = "pass-b-0002", ["ClientRequestToken"] = "token-2", ["VersionStages"] = new JsonArray("AWSPENDING") };

        Assert.Equal("token-2", (string?)(await AskAsync("PutSecretValue", put)).Json["VersionId"]);
        Assert.Equal(200, (await AskAsync("PutSecretValue", put)).Status);
        put["SecretString"] = "pass-c-0003";
        Assert.Equal("ResourceExistsException", (await AskAsync("PutSecretValue", put)).Failure.Code);

        var move = new JsonObject { ["SecretId"] = "s", ["VersionStage"] = "AWSCURRENT", ["MoveToVersionId"] = "token-2" };
        Assert.Equal("InvalidParameterException", (await AskAsync("UpdateSecretVersionStage", move)).Failure.Code);
        move["RemoveFromVersionId"] = _server.Secrets.Get("s").Stages[AwsSecret.Current];
        Assert.Equal(200, (await AskAsync("UpdateSecretVersionStage", move)).Status);

        Assert.Equal("pass-b-0002", TextOf(await GetAsync("s")));
        Assert.Equal(["AWSCURRENT", "AWSPREVIOUS"], _server.Secrets.Get("s").Stages.Keys);
    }

    [Fact]
    public async Task Rights_are_asked_before_the_secret_is_looked_for()
    {
        _server.Secrets.Create("s", new Secret("pass-a-0001"));

        _principal.Deny("kms:Decrypt");
        Assert.Equal(("AccessDeniedException", "Access to KMS is not allowed"), (await GetAsync("s")).Failure);

        _principal.Deny("secretsmanager:GetSecretValue");
        Assert.Equal("AccessDeniedException", (await GetAsync("none")).Failure.Code);
        Assert.StartsWith($"User: {_principal.Arn} is not authorized to perform: secretsmanager:GetSecretValue on resource: s", (await GetAsync("s")).Failure.Message, StringComparison.Ordinal);
        Assert.Equal(200, (await AskAsync("DescribeSecret", new JsonObject { ["SecretId"] = "s" })).Status);
    }

    [Fact]
    public async Task Keys_that_are_wrong_or_over_are_refused()
    {
        _server.Secrets.Create("s", new Secret("pass-a-0001"));
        var input = new JsonObject { ["SecretId"] = "s" };
        var session = _server.Account.Open(_server.Account.Add(new AwsRole("reader")), "test", TimeSpan.FromHours(1));

        Assert.Equal("UnrecognizedClientException", (await AskAsync("GetSecretValue", input, Principal.NewUser())).Failure.Code);
        var stranger = new Principal(_principal.AccessKeyId, Principal.NewUser().SecretAccessKey);
        Assert.Equal("InvalidSignatureException", (await AskAsync("GetSecretValue", input, stranger)).Failure.Code);
        Assert.Equal(200, (await AskAsync("GetSecretValue", input, session)).Status);
        var withoutToken = new Principal(session.AccessKeyId, session.SecretAccessKey);
        Assert.Equal("UnrecognizedClientException", (await AskAsync("GetSecretValue", input, withoutToken)).Failure.Code);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("ExpiredTokenException", (await AskAsync("GetSecretValue", input, session)).Failure.Code);
        _server.Account.Remove(_principal);
        Assert.Equal("UnrecognizedClientException", (await AskAsync("GetSecretValue", input)).Failure.Code);
    }

    [Fact]
    public async Task A_call_changed_on_its_way_or_signed_for_elsewhere_is_refused()
    {
        _server.Secrets.Create("s", new Secret("pass-a-0001"));
        AwsClient[] clients =
        [
            new(_server, _principal) { Region = "us-east-1" },
            new(_server, _principal) { Service = "ssm" },
            new(_server, _principal) { Skew = TimeSpan.FromMinutes(-6) },
            new(_server, _principal) { Skew = TimeSpan.FromMinutes(6) },
            new(_server, _principal) { Tamper = static r => r.Content = new StringContent("""{"SecretId":"t"}""", null, "application/x-amz-json-1.1") },
            new(_server, _principal) { Tamper = static r => r.Headers.TryAddWithoutValidation("x-amz-more", "1") },
        ];
        foreach (var client in clients)
        {
            using (client)
                Assert.Equal("InvalidSignatureException", (await client.AskAsync("secretsmanager.GetSecretValue", new JsonObject { ["SecretId"] = "s" })).Failure.Code);
        }
    }

    [Theory]
    [InlineData(AwsErrorForm.Type, "ResourceNotFoundException", null)]
    [InlineData(AwsErrorForm.QualifiedType, "com.amazonaws.secretsmanager#ResourceNotFoundException:http://internal.amazon.com/coral/com.amazonaws.secretsmanager/", null)]
    [InlineData(AwsErrorForm.Header, null, "ResourceNotFoundException:http://internal.amazon.com/coral/com.amazonaws.secretsmanager/")]
    public async Task A_code_comes_in_each_of_its_forms(AwsErrorForm form, string? type, string? header)
    {
        _server.ErrorForm = form;

        var answer = await GetAsync("none");

        Assert.Equal((400, type, header), (answer.Status, answer.Failure.Code, answer.ErrorType));
    }

    [Fact]
    public async Task Scripted_faults_come_in_order_and_then_the_standing_one()
    {
        _server.Secrets.Create("s", new Secret("pass-a-0001"));
        _server.Faults.Once("GetSecretValue", AwsException.Throttling);
        _server.Faults.Once("GetSecretValue", new HttpReply(503, "<html>", "text/html") { Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } });
        _server.Faults.Once("GetSecretValue", WireFault.Truncated);
        _server.Faults.Always("GetSecretValue", AwsException.InternalServiceError);

        Assert.Equal(("ThrottlingException", "Rate exceeded"), (await GetAsync("s")).Failure);
        Assert.Equal((503, "<html>"), ((await GetAsync("s")) is var reply ? reply.Status : 0, reply.Body));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync("s"));
        Assert.Equal(500, (await GetAsync("s")).Status);
        Assert.Equal("InternalServiceError", (await GetAsync("s")).Failure.Code);
        Assert.Equal(200, (await AskAsync("DescribeSecret", new JsonObject { ["SecretId"] = "s" })).Status);
        _server.Faults.End("GetSecretValue");
        Assert.Equal(200, (await GetAsync("s")).Status);
        Assert.Equal(6, _server.Count("GetSecretValue"));
    }

    [Fact]
    public async Task News_that_are_held_back_reach_no_reader()
    {
        _server.Secrets.Create("s", new Secret("pass-a-0001"));
        _server.Secrets.HoldBack();
        _server.Secrets.Put("s", new Secret("pass-b-0002"));

        Assert.Equal("pass-a-0001", TextOf(await GetAsync("s")));
        _server.Secrets.Release();
        Assert.Equal("pass-b-0002", TextOf(await GetAsync("s")));
    }

    [Fact]
    public async Task What_is_no_call_is_refused()
    {
        Assert.Equal("UnknownOperationException", (await AskAsync("Nonsense", new JsonObject { ["SecretId"] = "s" })).Failure.Code);
        Assert.Equal("InvalidParameterException", (await AskAsync("GetSecretValue", [])).Failure.Code);
    }
}
