using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace Rekey.Aws.Client;

/// <summary>What an operation answered.</summary>
internal sealed class AwsJsonResponse : AmazonWebServiceResponse
{
    public static ResponseUnmarshaller Unmarshaller { get; } = new JsonUnmarshaller();

    public JsonElement Body { get; private init; }

    public string? Text(string name) => Of(name, JsonValueKind.String)?.GetString();

    public JsonElement? Of(string name, JsonValueKind kind) =>
        Body.ValueKind is JsonValueKind.Object && Body.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    private sealed class JsonUnmarshaller : JsonResponseUnmarshaller
    {
        public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
        {
            using var json = JsonDocument.Parse(input.Stream);
            return new AwsJsonResponse { Body = json.RootElement.Clone() };
        }

        public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
        {
            var reader = new StreamingUtf8JsonReader(input.Stream);
            var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
            return new AwsServiceException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
        }
    }
}
