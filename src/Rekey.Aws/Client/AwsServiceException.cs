using System.Net;
using Amazon.Runtime;

namespace Rekey.Aws.Client;

/// <summary>A refusal of one of the services that are called here; what the SDK throws on its way to credentials is of other types.</summary>
internal sealed class AwsServiceException(
    string message, Exception? innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
    : AmazonServiceException(message, innerException, errorType, errorCode, requestId, statusCode);
