using Rekey.Cli.Configuration;
using Rekey.Testing;

namespace Rekey.Cli.Tests.Configuration;

public sealed class ZeroConfigurationTests : LeakCheckedTest
{
    private readonly FakeEnvironment _environment = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Without_anything_there_is_no_credential_and_no_complaint()
    {
        var configuration = Read();

        Assert.Empty(configuration.Credentials);
        Assert.Empty(configuration.Warnings);
    }

    [Fact]
    public void A_database_URL_makes_one_database()
    {
        SetUrl();

        var credential = Assert.Single(Read().Credentials);

        Assert.True(credential is { Name: "database", Kind: CredentialKind.Database, IsRequired: true });
        Assert.Equal("env://DATABASE_URL", Assert.Single(credential.References).Text);
    }

    [Fact]
    public void An_empty_variable_is_not_set()
    {
        _environment["DATABASE_URL"] = "";

        Assert.Empty(Read().Credentials);
    }

    [Fact]
    public void The_variables_of_AWS_are_understood_and_not_available()
    {
        SetAws();

        var configuration = Read();

        Assert.Empty(configuration.Credentials);
        Assert.Equal(
            "AWS_ACCOUNT_ID, SECRET_NAME and AWS_REGION are set, but AWS Secrets Manager is not available in this version: they are ignored.",
            Assert.Single(configuration.Warnings));
    }

    [Fact]
    public void Half_of_them_mean_nothing()
    {
        _environment["AWS_REGION"] = "eu-central-1";
        _environment["AWS_ACCOUNT_ID"] = "123456789012";

        Assert.Empty(Read().Warnings);
    }

    [Fact]
    public void Both_at_once_are_an_error()
    {
        SetUrl();
        SetAws();

        var e = Observe(Assert.Throws<ConfigurationException>(() => Read()));

        Assert.Contains("DATABASE_URL and AWS_ACCOUNT_ID, SECRET_NAME and AWS_REGION are both set", Observe(Assert.Single(e.Problems).Message));
    }

    [Fact]
    public void Beside_a_file_they_configure_nothing_and_somebody_says_so()
    {
        SetUrl();
        SetAws();

        var configuration = Read(_folder.File("rekey.json", """{ "credentials": { "a": { "kind": "value", "from": "env://A" } } }"""));

        Assert.Equal("a", Assert.Single(configuration.Credentials).Name);
        Assert.Equal(2, configuration.Warnings.Count);
        Assert.All(configuration.Warnings, warning => Assert.Contains("configure nothing", Observe(warning)));
    }

    [Fact]
    public void A_file_that_names_the_variable_itself_raises_no_warning()
    {
        SetUrl();

        Assert.Empty(Read(_folder.File("rekey.json", """{ "credentials": { "a": { "kind": "database", "from": "env://DATABASE_URL" } } }""")).Warnings);
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }

    private void SetUrl() => _environment["DATABASE_URL"] = "postgres://me:" + Plant("zero-config-password").Reveal() + "@db/x";

    private void SetAws()
    {
        _environment["AWS_ACCOUNT_ID"] = "123456789012";
        _environment["SECRET_NAME"] = "prod/orders";
        _environment["AWS_REGION"] = "eu-central-1";
    }

    private RekeyConfiguration Read(string? option = null) => ConfigurationReader.Read(option, _environment, isWindows: false);
}
