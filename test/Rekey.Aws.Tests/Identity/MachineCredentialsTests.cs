using Rekey.Aws.Identity;
using Rekey.Aws.Profiles;
using Rekey.Testing;
using Rekey.Testing.Aws;
using Rekey.Testing.Http;

namespace Rekey.Aws.Tests.Identity;

/// <summary>The metadata service of a machine, and what answers in its place.</summary>
public sealed class MachineCredentialsTests : LeakCheckedTest
{
    private const string Roles = "/latest/meta-data/iam/security-credentials/";

    private readonly FakeEnvironment _environment = new();
    private readonly AwsAccount _account = new();
    private readonly AwsRole _role = new("reader");

    [Fact]
    public async Task Its_role_signs()
    {
        await using var machine = NewMachine();

        var keys = await Credentials().GetCredentialsAsync();

        var session = Assert.Single(_account.Sessions);
        Assert.Equal((session.AccessKeyId, session.SessionToken!.Value.Reveal()), (keys.AccessKey, keys.Token));
    }

    [Theory]
    [InlineData(Roles, 404, "")]
    [InlineData("/latest/api/token", 403, "")]
    [InlineData(Roles + "reader", 200, "<html>")]
    [InlineData(Roles + "reader", 200, "[]")]
    [InlineData(Roles + "reader", 200, """{"Code":"AssumeRoleUnauthorizedAccess"}""")]
    [InlineData(Roles + "reader", 200, """{"AccessKeyId":1,"SecretAccessKey":"x","Token":"x"}""")]
    public async Task Anything_else_is_no_role(string path, int status, string body)
    {
        await using var machine = NewMachine();
        machine.Faults.Always(path, new HttpReply(status, body));

        await AssertNoIdentityAsync();
    }

    [Theory]
    [InlineData(WireFault.Hang)]
    [InlineData(WireFault.Reset)]
    [InlineData(WireFault.Garbage)]
    [InlineData(WireFault.Huge)]
    public async Task A_network_that_does_anything_else_has_no_role(WireFault fault)
    {
        await using var machine = NewMachine();
        machine.Faults.Always("/latest/api/token", fault);

        await AssertNoIdentityAsync();
    }

    [Fact]
    public async Task Nobody_is_asked_where_that_is_switched_off()
    {
        await using var machine = NewMachine();
        _environment["AWS_EC2_METADATA_DISABLED"] = "True";

        await AssertNoIdentityAsync();

        Assert.Empty(_account.Sessions);
    }

    private InstanceMetadataServer NewMachine()
    {
        var machine = new InstanceMetadataServer(_account, _role);
        _environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = machine.Address.ToString();
        return machine;
    }

    private MachineCredentials Credentials()
    {
        var configuration = AwsConfiguration.Read(new AwsFiles(_environment, "/nowhere"));
        return new MachineCredentials(new AwsSettings(_environment, configuration, profile: null), new KeyRegistry(secrets: null), TimeProvider.System);
    }

    private async Task AssertNoIdentityAsync()
    {
        var exception = Observe(await Assert.ThrowsAsync<AwsSetupException>(Credentials().GetCredentialsAsync));
        Assert.Equal("AWS_AUTH_REQUIRED", exception.ErrorFor("aws-sm://orders").Code);
    }
}
