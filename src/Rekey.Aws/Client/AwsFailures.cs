using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Amazon.Runtime;

namespace Rekey.Aws.Client;

/// <summary>What a failure of a call means.</summary>
internal enum AwsFailure
{
    /// <summary>A code that has no meaning of its own here.</summary>
    Other,

    /// <summary>An error on the other side, or an answer that cannot be read.</summary>
    Unavailable,

    /// <summary>No answer at all.</summary>
    Unreachable,

    /// <summary>The identity is expired, unknown or missing.</summary>
    IdentityRefused,

    /// <summary>The identity lacks a permission.</summary>
    AccessDenied,

    /// <summary>The identity lacks the permission to use the key.</summary>
    KeyDenied,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>It exists and is scheduled for deletion.</summary>
    Deleted,

    /// <summary>Its key does not decrypt it.</summary>
    DecryptionFailed,

    /// <summary>Too many requests.</summary>
    Throttled,

    /// <summary>The time in the signature is too far from the service's.</summary>
    ClockSkew,
}

/// <summary>Tells failures apart by type and code.</summary>
internal static class AwsFailures
{
    // AWS refuses signatures beyond this.
    private static readonly TimeSpan SkewLimit = TimeSpan.FromMinutes(5);

    public static AwsFailure Of(Exception exception, TimeSpan skew)
    {
        if (ServiceErrorIn(exception) is not { } error)
            return IsNetwork(exception) ? AwsFailure.Unreachable : AwsFailure.Unavailable;
        return error.ErrorCode switch
        {
            "RequestTimeTooSkewed" or "RequestInTheFuture" or "RequestExpired" => AwsFailure.ClockSkew,
            "InvalidSignatureException" or "SignatureDoesNotMatch" => skew > SkewLimit ? AwsFailure.ClockSkew : AwsFailure.IdentityRefused,
            "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" or "InvalidClientTokenId" or "UnrecognizedClientException"
                or "InvalidToken" or "AuthFailure" or "MissingAuthenticationToken" or "MissingAuthenticationTokenException"
                or "IncompleteSignature" or "IncompleteSignatureException" or "InvalidIdentityToken" => AwsFailure.IdentityRefused,
            "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" => IsOfTheKey(error) ? AwsFailure.KeyDenied : AwsFailure.AccessDenied,
            "ResourceNotFoundException" or "ParameterNotFound" or "ParameterVersionNotFound" => AwsFailure.NotFound,
            "InvalidRequestException" => AwsFailure.Deleted,
            "DecryptionFailure" or "InvalidKeyId" or "KMSInvalidStateException" or "DisabledException" => AwsFailure.DecryptionFailed,
            "Throttling" or "ThrottlingException" or "ThrottledException" or "TooManyRequestsException" or "RequestLimitExceeded"
                or "RequestThrottled" or "RequestThrottledException" => AwsFailure.Throttled,
            _ when error.StatusCode is HttpStatusCode.TooManyRequests => AwsFailure.Throttled,
            _ when (int)error.StatusCode >= 500 => AwsFailure.Unavailable,
            null or "" when IsNetwork(exception) => AwsFailure.Unreachable,
            _ => AwsFailure.Other,
        };
    }

    /// <summary>The code in a form that is safe to print: letters, digits and a dot, or the number of the status.</summary>
    public static string CodeOf(Exception exception) => ServiceErrorIn(exception) switch
    {
        { ErrorCode: { Length: > 0 and <= 64 } code } when code.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.') => code,
        { StatusCode: var status } when status != 0 => $"status {(int)status}",
        _ => "something that cannot be read",
    };

    /// <summary>The same on the way to an identity: what no service said was said by a command or a file, and means that there is none.</summary>
    public static AwsFailure OfIdentity(Exception exception, TimeSpan skew) =>
        ServiceErrorIn(exception) is null && (exception is ProcessAWSCredentialException || !IsNetwork(exception)) ? AwsFailure.IdentityRefused : Of(exception, skew);

    // The one distinction that AWS makes in words alone: both are AccessDeniedException.
    private static bool IsOfTheKey(AmazonServiceException error) =>
        error.Message.Contains("KMS", StringComparison.Ordinal) || error.Message.Contains("customer master key", StringComparison.Ordinal);

    private static AmazonServiceException? ServiceErrorIn(Exception exception) =>
        Chain(exception).OfType<AmazonServiceException>().FirstOrDefault(static e => e is not AmazonUnmarshallingException && (e.ErrorCode is not null || e.StatusCode != 0));

    private static bool IsNetwork(Exception exception) =>
        !Chain(exception).Any(static e => e is JsonException or AmazonUnmarshallingException
            or HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse })
        && Chain(exception).Any(static e => e is HttpRequestException or SocketException or IOException or AuthenticationException or TimeoutException or OperationCanceledException);

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException!)
            yield return e;
    }
}
