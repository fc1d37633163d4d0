namespace Rekey.Slack;

/// <summary>Proves a credential by asking Slack whose it is, and asks no more often than Slack allows.</summary>
internal sealed class SlackVerifier(SlackApi api, string reference, TimeProvider time)
{
    private readonly SlackPause _pause = new(time);

    public async ValueTask<Verification> VerifyAsync(SlackCredential credential, CancellationToken cancellationToken)
    {
        if (_pause.Left() is { } left)
            return Verification.Indeterminate(SessionErrors.RateLimited(reference, left));
        var reply = await api.TestAsync(credential, cancellationToken).ConfigureAwait(false);
        if (reply.IsOk)
            return Verification.Accepted;
        var fault = SlackCodes.Of(reply.Code);
        if (fault is SlackFault.Refused)
            return Verification.Refused(SlackErrors.TokenRefused(credential, reply.Code!));
        var error = Error(fault, reply);
        if (error.Code == SessionErrors.RateLimitedCode)
            _pause.Begin(reply.RetryAfter);
        return Verification.Indeterminate(error);
    }

    private CredentialError Error(SlackFault fault, SlackReply reply) => fault switch
    {
        SlackFault.RateLimited => SessionErrors.RateLimited(reference, reply.RetryAfter),
        SlackFault.Passing => SessionErrors.Network(reference, $"Slack failed ({reply.Code})"),
        _ => reply.Transport ?? SessionErrors.InvalidResponse(reference, "Slack answered to auth.test with something else than yes, no or a known error"),
    };
}
