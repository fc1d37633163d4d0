using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace Rekey.Aws.Client;

/// <summary>
/// A client of a JSON service on the SDK's own pipeline: its signatures, retries, endpoints, clock correction and proxies. The
/// packages that AWS generates for these services are not needed for the few operations that are called.
/// </summary>
internal sealed class AwsJsonClient(AwsService service, AWSCredentials credentials, AwsClientConfiguration configuration)
    : AmazonServiceClient(credentials, configuration)
{
    private static readonly InvokeOptions Json = new()
    {
        RequestMarshaller = AwsJsonRequest.Marshaller,
        ResponseUnmarshaller = AwsJsonResponse.Unmarshaller,
    };

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata(service);

    public Task<AwsJsonResponse> InvokeAsync(string operation, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        InvokeAsync<AwsJsonResponse>(new AwsJsonRequest(service, operation, write), Json, cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new ConfiguredEndpoint());
        pipeline.AddHandlerAfter<ConfiguredEndpoint>(new SignatureVersion4());
    }

    private sealed class ConfiguredEndpoint : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    private sealed class SignatureVersion4 : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class Metadata(AwsService service) : IServiceMetadata
    {
        public string ServiceId => service.Id;

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }
}
