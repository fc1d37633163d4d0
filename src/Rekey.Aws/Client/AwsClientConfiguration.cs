using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Util.Internal;

namespace Rekey.Aws.Client;

/// <summary>What the SDK wants to know about a service. Retries and proxies come from where every AWS client takes them.</summary>
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
    private readonly Endpoint _endpoint;

    /// <summary>Everything but retries and proxies is decided already, by the environment and the profile in use.</summary>
    public AwsClientConfiguration(AwsService service, string region, Uri endpoint)
        : base(Defaults)
    {
        _service = service;
        _endpoint = new Endpoint(endpoint.ToString());
        ServiceId = service.Id;
        AuthenticationServiceName = service.HostName;
        RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        AuthenticationRegion = region;
        IgnoreConfiguredEndpointUrls = true;
        EndpointProvider = this;
    }

    public override string RegionEndpointServiceName => _service.HostName;

    public override string ServiceVersion => _service.Version;

    public override string UserAgent => InternalSDKUtils.BuildUserAgentString(_service.Id, "rekey");

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => _endpoint;

    /// <inheritdoc/>
    public Endpoint ResolveEndpoint(EndpointParameters parameters) => _endpoint;
}
