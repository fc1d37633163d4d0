namespace Rekey.Http;

/// <summary>What an answer says about the value that was presented.</summary>
internal static class HttpJudgement
{
    public static Verification Of(HttpAnswer answer, HttpVerifierOptions options) => answer switch
    {
        { Fault: HttpFault.TooLarge } => Verification.Indeterminate(HttpErrors.TooLarge(options)),
        { Fault: not HttpFault.None } => Verification.Indeterminate(HttpErrors.NoAnswer(options)),
        { Status: >= 200 and < 300 } => Verification.Accepted,
        { Status: 429 } => Verification.Indeterminate(HttpErrors.RateLimited(options, answer.RetryAfter)),
        // Some services say "not now" with the status of "not you".
        { Status: 403 } when answer.RetryAfter is not null || IsUsedUp(answer) => Verification.Indeterminate(HttpErrors.RateLimited(options, answer.RetryAfter)),
        { Status: 401 or 403 } => Verification.Refused(),
        _ => Verification.Indeterminate(HttpErrors.Inconclusive(options, answer)),
    };

    private static bool IsUsedUp(HttpAnswer answer) =>
        answer.Headers!.TryGetValues("X-RateLimit-Remaining", out var remaining) && remaining.FirstOrDefault() == "0";
}
