using Rekey.Cli.Tests.Processes;

namespace Rekey.Cli.Tests.Aws;

/// <summary>Roles in the one trimmed file: what a library finds by reflection alone would be gone there.</summary>
public sealed class AwsSingleFileTests : AwsProcessTest
{
    [Fact]
    public async Task A_role_that_a_profile_assumes_with_the_keys_of_another()
    {
        var home = NewHome();
        home.WriteRole();

        await ReadsAsync(home, PublishedFile.Path);

        Assert.Equal(1, home.Sts.Count("AssumeRole"));
    }

    [Fact]
    public async Task A_web_identity_in_the_environment()
    {
        var home = NewHome();
        home.WriteWebIdentity(Plant("eyJhbGciOiJSUzI1NiJ9.the-token-of-a-pod"));

        await ReadsAsync(home, PublishedFile.Path);

        Assert.Equal(1, home.Sts.Count("AssumeRoleWithWebIdentity"));
    }

    [Fact]
    public async Task A_command_that_prints_keys()
    {
        var home = NewHome();
        home.WriteCommand();

        await ReadsAsync(home, PublishedFile.Path);
    }

    [Fact]
    public async Task The_credential_endpoint_of_a_container()
    {
        var home = NewHome();
        await using var container = home.WriteContainer(Plant("the-token-of-a-container"));

        await ReadsAsync(home, PublishedFile.Path);
    }

    [Fact]
    public async Task The_role_of_a_machine()
    {
        var home = NewHome();
        await using var machine = home.WriteMachine();

        await ReadsAsync(home, PublishedFile.Path);
    }

    [Fact]
    public async Task A_failure_has_its_code()
    {
        var home = NewHome();
        home.WriteRole().Trusts = static _ => false;

        await FailsAsync(home, "AWS_ROLE_DENIED", PublishedFile.Path);
    }
}
