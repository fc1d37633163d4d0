using System.Globalization;

namespace Rekey.Testing.Aws;

/// <summary>A failure as the services of AWS report it: their codes, their texts.</summary>
public sealed class AwsException(string code, string message, int status = 400) : Exception(message)
{
    private const string Basic = "yyyyMMdd'T'HHmmss'Z'";

    public string Code => code;

    public int Status => status;

    /// <summary>Services say <c>Message</c>; what stands before them says <c>message</c>.</summary>
    public string MessageKey { get; init; } = "Message";

    public static AwsException SecretNotFound => new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");

    public static AwsException MarkedForDeletion =>
        new("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.");

    public static AwsException DecryptionFailure =>
        new("DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key.");

    /// <summary>The caller may read the secret and not use its key.</summary>
    public static AwsException KmsNotAllowed => new("AccessDeniedException", "Access to KMS is not allowed");

    public static AwsException Throttling => new("ThrottlingException", "Rate exceeded") { MessageKey = "message" };

    public static AwsException InternalServiceError => new("InternalServiceError", "An error occurred on the server side.", 500);

    public static AwsException ExpiredToken =>
        new("ExpiredTokenException", "The security token included in the request is expired") { MessageKey = "message" };

    public static AwsException UnrecognizedClient =>
        new("UnrecognizedClientException", "The security token included in the request is invalid.") { MessageKey = "message" };

    public static AwsException MissingToken => new("MissingAuthenticationTokenException", "Missing Authentication Token") { MessageKey = "message" };

    public static AwsException WrongSignature => InvalidSignature(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
        + "Consult the service documentation for details.");

    public static AwsException SecretStageNotFound(string stage) =>
        new("ResourceNotFoundException", $"Secrets Manager can't find the specified secret value for staging label: {stage}");

    public static AwsException SecretVersionNotFound(string version) =>
        new("ResourceNotFoundException", $"Secrets Manager can't find the specified secret value for VersionId: {version}");

    public static AwsException NotAuthorized(string caller, string action, string resource) => new(
        "AccessDeniedException",
        $"User: {caller} is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action");

    public static AwsException InvalidSignature(string message) => new("InvalidSignatureException", message) { MessageKey = "message" };

    public static AwsException IncompleteSignature(string message) => new("IncompleteSignatureException", message) { MessageKey = "message" };

    /// <summary>The two clocks are too far apart.</summary>
    public static AwsException ClockSkew(DateTimeOffset date, DateTimeOffset now, TimeSpan limit)
    {
        var (dateText, nowText) = (Text(date), Text(now));
        return InvalidSignature(date < now
            ? $"Signature expired: {dateText} is now earlier than {Text(now - limit)} ({nowText} - {limit.TotalMinutes} min.)"
            : $"Signature not yet current: {dateText} is still later than {Text(now + limit)} ({nowText} + {limit.TotalMinutes} min.)");
    }

    private static string Text(DateTimeOffset time) => time.ToString(Basic, CultureInfo.InvariantCulture);
}
