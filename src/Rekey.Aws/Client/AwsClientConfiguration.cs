using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Util.Internal;

namespace Rekey.Aws.Client;

/// <summary>What the SDK wants to know about a service. Endpoints, retries and proxies come from where every AWS client takes them.</summary>
internal sealed class AwsClientConfiguration : ClientConfig, IEndpointProvider
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(3);
    private static readonly DefaultConfigurationProvider Defaults = new([
        new DefaultConfiguration
        {
            Name = DefaultConfigurationMode.Standard,
            RetryMode = RequestRetryMode.Standard,
            S3UsEast1RegionalEndpoint = S3UsEast1RegionalEndpointValue.Regional,
            ConnectTimeout = HandshakeLimit,
            TlsNegotiationTimeout = HandshakeLimit,
        },
    ]);

    private readonly AwsService _service;

    public AwsClientConfiguration(AwsService service, string region)
        : base(Defaults)
    {
        _service = service;
        ServiceId = service.Id;
        AuthenticationServiceName = service.HostName;
        RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        // A custom endpoint makes the SDK forget the region, and signatures need one.
        AuthenticationRegion = region;
        EndpointProvider = this;
    }

    public override string RegionEndpointServiceName => _service.HostName;

    public override string ServiceVersion => _service.Version;

    public override string UserAgent => InternalSDKUtils.BuildUserAgentString(_service.Id, "rekey");

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => ResolveEndpoint(new EndpointParameters());

    /// <inheritdoc/>
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        if (string.IsNullOrEmpty(ServiceURL))
            return new Endpoint(AwsEndpoints.Of(_service, AuthenticationRegion, UseFIPSEndpoint, UseDualstackEndpoint));
        if (UseFIPSEndpoint || UseDualstackEndpoint)
            throw new AmazonClientException("A custom endpoint has no FIPS and no dual-stack form.");
        return new Endpoint(ServiceURL);
    }
}
