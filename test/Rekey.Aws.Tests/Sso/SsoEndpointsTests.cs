using Rekey.Aws.Sso;
using Rekey.Aws.Tests.Profiles;

namespace Rekey.Aws.Tests.Sso;

public sealed class SsoEndpointsTests : IDisposable
{
    private readonly ProfileFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("us-east-1", "", "oidc.us-east-1.amazonaws.com", "portal.sso.us-east-1.amazonaws.com")]
    [InlineData("us-east-1", "fips", "oidc-fips.us-east-1.amazonaws.com", "portal.sso-fips.us-east-1.amazonaws.com")]
    [InlineData("us-east-1", "dual", "oidc.us-east-1.api.aws", "portal.sso.us-east-1.api.aws")]
    [InlineData("us-east-1", "fips dual", "oidc-fips.us-east-1.api.aws", "portal.sso-fips.us-east-1.api.aws")]
    [InlineData("us-gov-west-1", "fips", "oidc.us-gov-west-1.amazonaws.com", "portal.sso.us-gov-west-1.amazonaws.com")]
    [InlineData("us-gov-west-1", "fips dual", "oidc-fips.us-gov-west-1.api.aws", "portal.sso-fips.us-gov-west-1.api.aws")]
    [InlineData("cn-north-1", "", "oidc.cn-north-1.amazonaws.com.cn", "portal.sso.cn-north-1.amazonaws.com.cn")]
    [InlineData("cn-north-1", "dual", "oidc.cn-north-1.api.amazonwebservices.com.cn", "portal.sso.cn-north-1.api.amazonwebservices.com.cn")]
    [InlineData("eusc-de-east-1", "", "oidc.eusc-de-east-1.amazonaws.eu", "portal.sso.eusc-de-east-1.amazonaws.eu")]
    [InlineData("us-isob-east-1", "", "oidc.us-isob-east-1.sc2s.sgov.gov", "portal.sso.us-isob-east-1.sc2s.sgov.gov")]
    [InlineData("xx-future-9", "", "oidc.xx-future-9.amazonaws.com", "portal.sso.xx-future-9.amazonaws.com")]
    public void Every_partition_has_its_hosts(string region, string kind, string oidc, string portal)
    {
        _files.Environment["AWS_USE_FIPS_ENDPOINT"] = kind.Contains("fips", StringComparison.Ordinal) ? "true" : null;
        _files.Environment["AWS_USE_DUALSTACK_ENDPOINT"] = kind.Contains("dual", StringComparison.Ordinal) ? "TRUE" : null;

        var endpoints = SsoEndpoints.For(region, _files.Environment, _files.Read());

        Assert.Equal(($"https://{oidc}/", $"https://{portal}/"), (endpoints.Oidc.AbsoluteUri, endpoints.Portal.AbsoluteUri));
    }

    [Theory]
    [InlineData("https://evil.example/#")]
    [InlineData("us-east-1.evil.example")]
    [InlineData("US-EAST-1")]
    public void A_region_that_is_no_name_leads_nowhere(string region) =>
        Assert.Equal("AWS_ENDPOINT_INVALID", Assert.Throws<CredentialException>(() => SsoEndpoints.For(region, _files.Environment, _files.Read())).Error.Code);

    [Fact]
    public void An_endpoint_of_ones_own_comes_from_the_most_particular_place_that_names_one()
    {
        var configuration = _files.Read("""
            [profile dev]
            services = local
            endpoint_url = https://profile.example
            [services local]
            sso =
              endpoint_url = https://services.example
            """);
        var dev = configuration.Profile("dev");
        (string, string) Now()
        {
            var endpoints = SsoEndpoints.For("us-east-1", _files.Environment, configuration, dev);
            return (endpoints.Oidc.Host, endpoints.Portal.Host);
        }

        Assert.Equal(("profile.example", "services.example"), Now());
        _files.Environment["AWS_ENDPOINT_URL"] = "https://all.example";
        Assert.Equal(("all.example", "all.example"), Now());
        _files.Environment["AWS_ENDPOINT_URL_SSO_OIDC"] = "https://oidc.example";
        Assert.Equal(("oidc.example", "all.example"), Now());
        _files.Environment["AWS_ENDPOINT_URL_SSO"] = "https://portal.example";
        Assert.Equal(("oidc.example", "portal.example"), Now());
        _files.Environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
        Assert.Equal(("oidc.us-east-1.amazonaws.com", "portal.sso.us-east-1.amazonaws.com"), Now());
    }

    [Theory]
    [InlineData("AWS_USE_FIPS_ENDPOINT", "https://own.example")]
    [InlineData("AWS_USE_DUALSTACK_ENDPOINT", "https://own.example")]
    [InlineData(null, "http://own.example")]
    [InlineData(null, "ftp://127.0.0.1")]
    [InlineData(null, "own.example")]
    public void An_endpoint_that_contradicts_or_would_send_tokens_in_the_clear_is_refused(string? variable, string endpoint)
    {
        _files.Environment["AWS_ENDPOINT_URL"] = endpoint;
        if (variable is not null)
            _files.Environment[variable] = "true";

        Assert.Equal("AWS_ENDPOINT_INVALID", Assert.Throws<CredentialException>(() => SsoEndpoints.For("us-east-1", _files.Environment, _files.Read())).Error.Code);
    }
}
