namespace Rekey.Http;

/// <summary>Why a value could not be proved over HTTP, in our own words: the host is named, nothing of an answer is repeated.</summary>
internal static class HttpErrors
{
    private const string Retried = "It is tried again on its own.";
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public static CredentialError NotPresentable(HttpVerifierOptions options, string problem) =>
        CredentialErrors.SecretInvalid($"The source of '{options.Credential}'", $"content: {problem}");

    public static CredentialError NoAnswer(HttpVerifierOptions options) => CredentialErrors.Unverifiable(options.Credential) with
    {
        Message = $"{Host(options)} gave no whole answer to the verification of '{options.Credential}'.",
        NextStep = "Check 'verify.url', the network and the certificate of the service; verification is tried again on its own.",
    };

    public static CredentialError TooLarge(HttpVerifierOptions options) => CredentialErrors.Inconclusive(
        options.Credential, $"the answer of {Host(options)} is larger than any that is read", "Name an address in 'verify.url' whose answer is small.");

    public static CredentialError RateLimited(HttpVerifierOptions options, TimeSpan? asked)
    {
        TimeSpan? wait = asked > LongestWait ? LongestWait : asked;
        return SessionErrors.RateLimited(Host(options), wait) with { Message = $"{Host(options)} takes no further request now, and '{options.Credential}' was not verified." };
    }

    public static CredentialError Inconclusive(HttpVerifierOptions options, HttpAnswer answer)
    {
        var error = CredentialErrors.Inconclusive(options.Credential, $"{Host(options)} answers with HTTP {answer.Status}", NextStep(answer.Status));
        return answer.RetryAfter is { } asked ? error with { RetryAfter = asked > LongestWait ? LongestWait : asked } : error;
    }

    private static string NextStep(int status) => status switch
    {
        >= 300 and < 400 => "Name the address itself in 'verify.url': no redirect is followed, because it would carry the value elsewhere.",
        404 or 405 or 410 => "Correct 'verify.url': it has to answer a GET with 2xx for a good value and with 401 or 403 for a bad one.",
        407 => "Let the proxy pass the service, or give it its own login.",
        408 or >= 500 => Retried,
        _ => "Check 'verify.url', 'header' and 'prefix'.",
    };

    // Without the path and the query: people put more there than belongs there.
    private static string Host(HttpVerifierOptions options) => options.Address.Authority;
}
