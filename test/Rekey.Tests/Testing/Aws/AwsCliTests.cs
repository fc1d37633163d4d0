using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rekey.Testing;
using Rekey.Testing.Aws;

namespace Rekey.Tests.Testing.Aws;

/// <summary>AWS's own client takes these servers for AWS, and is refused by them where AWS would refuse it.</summary>
public sealed class AwsCliTests : LeakCheckedTest
{
    private const string Region = "eu-central-1";
    private readonly SkewedTimeProvider _clock = new(TimeProvider.System);
    private readonly AwsAccount _account;
    private readonly Principal _principal;

    public AwsCliTests()
    {
        _account = new AwsAccount(_clock, Region);
        _principal = _account.Add(Principal.NewUser());
        Plant(_principal.SecretAccessKey.Reveal());
    }

    private AwsCli Cli => AwsCli.As(_principal, Region);

    private async Task RefusedAsync(AwsCli cli, AwsServer server, string code, params string[] arguments)
    {
        var (exitCode, output, errors) = await cli.RunAsync(server.Address, arguments);
        Assert.NotEqual(0, exitCode);
        Assert.Equal("", output);
        Assert.Contains($"An error occurred ({code})", Observe(errors), StringComparison.Ordinal);
    }

    private static async Task<JsonNode> JsonAsync(AwsCli cli, AwsServer server, params string[] arguments)
    {
        var (exitCode, output, errors) = await cli.RunAsync(server.Address, arguments);
        Assert.True(exitCode == 0, errors);
        return JsonNode.Parse(output)!;
    }

    // Version 1 prints what came over the wire, version 2 makes a date of it.
    private static DateTimeOffset Date(JsonNode printed) => printed.GetValueKind() is JsonValueKind.Number
        ? DateTimeOffset.UnixEpoch.AddSeconds((double)printed)
        : DateTimeOffset.Parse((string)printed!, CultureInfo.InvariantCulture);

    [Fact]
    public async Task Secrets_Manager_is_read()
    {
        await using var server = new SecretsManagerServer(_account);
        var arn = server.Secrets.Create("prod/orders", Plant("pass-a-0001"));
        var pending = server.Secrets.Put(arn, Plant("pass-b-0002"), AwsSecret.Pending);

        var current = await JsonAsync(Cli, server, "secretsmanager", "get-secret-value", "--secret-id", "prod/orders");
        var next = await JsonAsync(Cli, server, "secretsmanager", "get-secret-value", "--secret-id", arn, "--version-stage", "AWSPENDING");
        var described = await JsonAsync(Cli, server, "secretsmanager", "describe-secret", "--secret-id", arn);

        Assert.Equal("pass-a-0001", (string?)current["SecretString"]);
        Assert.Equal(server.Secrets.Get(arn).Versions[0].Created, Date(current["CreatedDate"]!), TimeSpan.FromMilliseconds(1));
        Assert.Equal("pass-b-0002", (string?)next["SecretString"]);
        Assert.Equal("AWSPENDING", (string?)described["VersionIdsToStages"]![pending]![0]);
        Assert.Equal(["GetSecretValue", "GetSecretValue", "DescribeSecret"], server.Calls.Select(static c => c.Operation));
    }

    [Fact]
    public async Task Secrets_Manager_refuses_a_wrong_key_region_and_clock()
    {
        await using var server = new SecretsManagerServer(_account);
        server.Secrets.Create("s", Plant("pass-a-0001"));
        string[] read = ["secretsmanager", "get-secret-value", "--secret-id", "s"];
        var wrongKey = new Principal(_principal.AccessKeyId, Plant(Principal.NewUser().SecretAccessKey.Reveal()));

        await RefusedAsync(AwsCli.As(wrongKey, Region), server, "InvalidSignatureException", read);
        await RefusedAsync(AwsCli.As(_principal, "us-east-1"), server, "InvalidSignatureException", read);
        _clock.Skew = TimeSpan.FromMinutes(6);
        await RefusedAsync(Cli, server, "InvalidSignatureException", read);
        _clock.Skew = TimeSpan.Zero;
        await RefusedAsync(Cli, server, "ResourceNotFoundException", "secretsmanager", "get-secret-value", "--secret-id", "none");
    }

    [Fact]
    public async Task The_Parameter_Store_is_read_and_refuses_a_stranger()
    {
        await using var server = new ParameterStoreServer(_account);
        server.Put("/app/token", Plant("value-1-long"));
        string[] read = ["ssm", "get-parameter", "--name", "/app/token", "--with-decryption"];

        var parameter = (await JsonAsync(Cli, server, read))["Parameter"]!;

        Assert.Equal(("value-1-long", "SecureString"), ((string?)parameter["Value"], (string?)parameter["Type"]));
        await RefusedAsync(AwsCli.As(Principal.NewUser(), Region), server, "UnrecognizedClientException", read);
    }

    [Fact]
    public async Task Sts_opens_a_session_and_refuses_one_that_is_over()
    {
        await using var server = new StsServer(_account);
        var role = _account.Add(new AwsRole("reader"));

        var identity = await JsonAsync(Cli, server, "sts", "get-caller-identity");
        var assumed = await JsonAsync(Cli, server, "sts", "assume-role", "--role-arn", role.Arn, "--role-session-name", "test");

        Assert.Equal(_principal.Arn, (string?)identity["Arn"]);
        var session = Assert.Single(_account.Sessions);
        Assert.Equal(session.AccessKeyId, (string?)assumed["Credentials"]!["AccessKeyId"]);
        Assert.Equal(session.Arn, (string?)(await JsonAsync(AwsCli.As(session, Region), server, "sts", "get-caller-identity"))["Arn"]);
        session.Expires = _clock.GetUtcNow();
        await RefusedAsync(AwsCli.As(session, Region), server, "ExpiredToken", "sts", "get-caller-identity");
    }

    [Fact]
    public async Task A_container_and_a_machine_are_who_their_endpoint_says()
    {
        await using var sts = new StsServer(_account);
        await using var container = new ContainerCredentialsServer(_account, new AwsRole("task"), Plant("a-container-token"));
        await using var machine = new InstanceMetadataServer(_account, new AwsRole("box"));
        var inContainer = AwsCli.With(new()
        {
            ["AWS_DEFAULT_REGION"] = Region,
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container.Address.ToString(),
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "a-container-token",
        });
        var onMachine = AwsCli.With(new() { ["AWS_DEFAULT_REGION"] = Region, ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = machine.Address.ToString() });

        Assert.EndsWith("assumed-role/task/container", (string?)(await JsonAsync(inContainer, sts, "sts", "get-caller-identity"))["Arn"], StringComparison.Ordinal);
        Assert.EndsWith("assumed-role/box/machine", (string?)(await JsonAsync(onMachine, sts, "sts", "get-caller-identity"))["Arn"], StringComparison.Ordinal);
    }
}
