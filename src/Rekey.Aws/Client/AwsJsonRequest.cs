using System.Buffers;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Rekey.Aws.Client;

/// <summary>One call of an operation: its name and what its body says.</summary>
internal sealed class AwsJsonRequest(AwsService service, string operation, Action<Utf8JsonWriter> write) : AmazonWebServiceRequest
{
    public static IMarshaller<IRequest, AmazonWebServiceRequest> Marshaller { get; } = new JsonMarshaller();

    private DefaultRequest Marshal()
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        var request = new DefaultRequest(this, service.Id) { HttpMethod = "POST", ResourcePath = "/", Content = body.WrittenSpan.ToArray() };
        request.Headers["X-Amz-Target"] = $"{service.Target}.{operation}";
        request.Headers["Content-Type"] = "application/x-amz-json-1.1";
        return request;
    }

    private sealed class JsonMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
    {
        public IRequest Marshall(AmazonWebServiceRequest input) => ((AwsJsonRequest)input).Marshal();
    }
}
