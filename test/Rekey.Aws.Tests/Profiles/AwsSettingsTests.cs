using Rekey.Aws.Profiles;

namespace Rekey.Aws.Tests.Profiles;

/// <summary>Which of the places counts that can name a region or an endpoint.</summary>
public sealed class AwsSettingsTests : IDisposable
{
    private readonly ProfileFiles _files = new();

    [Fact]
    public void The_first_that_names_an_endpoint_counts()
    {
        Write("services = here\nendpoint_url = http://profile");
        Assert.Equal("http://section/", Endpoint());
        Assert.Equal("http://profile/", Settings().EndpointOf("STS")?.ToString());

        _files.Environment["AWS_ENDPOINT_URL"] = "http://everything";
        Assert.Equal("http://everything/", Endpoint());

        _files.Environment["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = "http://service";
        Assert.Equal("http://service/", Endpoint());
        Assert.Equal("http://everything/", Settings().EndpointOf("STS")?.ToString());

        _files.Environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "TRUE";
        Assert.Null(Endpoint());
    }

    [Fact]
    public void The_environment_counts_more_than_the_profile()
    {
        Write("region = eu-west-1\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true");
        Assert.True(Settings() is { ProfileRegion: "eu-west-1", EnvironmentRegion: null, UsesFips: true, UsesDualStack: true });

        _files.Environment["AWS_USE_FIPS_ENDPOINT"] = "false";
        _files.Environment["AWS_DEFAULT_REGION"] = "eu-west-2";
        Assert.True(Settings() is { EnvironmentRegion: "eu-west-2", UsesFips: false });

        _files.Environment["AWS_REGION"] = "eu-west-3";
        Assert.Equal("eu-west-3", Settings().EnvironmentRegion);
    }

    [Theory]
    [InlineData("AWS_USE_FIPS_ENDPOINT", "true", "FIPS")]
    [InlineData("AWS_USE_DUALSTACK_ENDPOINT", "true", "dual-stack")]
    [InlineData("AWS_ENDPOINT_URL", "localhost:4566", "URL")]
    [InlineData("AWS_ENDPOINT_URL", "ftp://host", "URL")]
    public void What_contradicts_itself_is_said(string variable, string value, string named)
    {
        Write("services = here");
        _files.Environment[variable] = value;

        var error = Assert.Throws<AwsSetupException>(() => Settings().EndpointOf("Secrets Manager")).ErrorFor("aws-sm://orders");

        Assert.Equal("AWS_ENDPOINT_INVALID", error.Code);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private void Write(string profile) =>
        _files.Write("config", $"[profile work]\n{profile}\n[services here]\nsecrets_manager =\n  endpoint_url = http://section\n");

    private AwsSettings Settings()
    {
        var configuration = _files.Read();
        return new AwsSettings(_files.Environment, configuration, configuration.Profile("work"));
    }

    private string? Endpoint() => Settings().EndpointOf("Secrets Manager")?.ToString();
}
