using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Rekey.Aws.Profiles;

namespace Rekey.Aws.Identity;

/// <summary>The Security Token Service, in the region of the work: it opens the sessions of roles.</summary>
internal sealed class SecurityTokens(AwsSettings settings, string region, HttpClientFactory http)
{
    public AmazonSecurityTokenServiceClient ClientOf(AWSCredentials credentials)
    {
        var configuration = new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(region),
            HttpClientFactory = http,
            UseFIPSEndpoint = settings.UsesFips,
            UseDualstackEndpoint = settings.UsesDualStack,
            IgnoreConfiguredEndpointUrls = true, // they are read here, of the profile that is in use
        };
        if (settings.EndpointOf("STS") is { } endpoint)
        {
            configuration.ServiceURL = endpoint.ToString();
            configuration.AuthenticationRegion = region;
        }
        return new AmazonSecurityTokenServiceClient(credentials, configuration);
    }
}
