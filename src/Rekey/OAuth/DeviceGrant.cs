namespace Rekey.OAuth;

/// <summary>The sign-in in which a human enters a code in a browser anywhere (RFC 8628).</summary>
internal sealed class DeviceGrant(OAuthOptions options, OAuthEndpoints endpoints, OAuthHttp http, TokenClient tokens, OAuthSecrets secrets)
{
    private static readonly TimeSpan SlowDown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(1);

    public async Task<SessionState> SignInAsync(SignInRequest request, OAuthClient client, CancellationToken cancellationToken)
    {
        var offer = await StartAsync(client, cancellationToken).ConfigureAwait(false);
        var end = options.Time.GetUtcNow() + offer.Life;
        request.Show(new SignInPrompt(offer.Page, offer.UserCode, end));
        for (var interval = offer.Interval; ;)
        {
            if (options.Time.GetUtcNow() + interval >= end)
                throw new CredentialException(OAuthErrors.SignInExpired(options.Reference));
            await Task.Delay(interval, options.Time, cancellationToken).ConfigureAwait(false);
            var reply = await AskAsync(client, offer, cancellationToken).ConfigureAwait(false);
            if (reply.Answer is { } answer)
            {
                OAuthLog.SignedIn(options.Logger, options.Reference);
                return answer.Begin(reply.AskedAt);
            }
            ThrowIfOver(reply.Fault!);
            interval = Next(interval, reply.Fault!);
        }
    }

    private async Task<DeviceOffer> StartAsync(OAuthClient client, CancellationToken cancellationToken)
    {
        var endpoint = await endpoints.DeviceAsync(client, cancellationToken).ConfigureAwait(false);
        // The id goes in the body even beside a header that proves it: Google reads it nowhere else.
        var form = tokens.Wanted(new() { [TokenFields.ClientId] = client.Id });
        var reply = await http.PostAsync(endpoint, client, form, cancellationToken).ConfigureAwait(false);
        if (reply.Fault is { } fault)
        {
            endpoints.Doubt(fault);
            throw new CredentialException(OAuthErrors.Of(fault, options, "its device endpoint", "deviceEndpoint"));
        }
        return DeviceOffer.Read(reply.Body, endpoint.Address, secrets, out var problem)
            ?? throw new CredentialException(SessionErrors.InvalidResponse(options.Reference, problem!));
    }

    private async Task<TokenReply> AskAsync(OAuthClient client, DeviceOffer offer, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.RedeemAsync(client, offer.DeviceCode, cancellationToken).ConfigureAwait(false);
        }
        catch (CredentialException e) when (e.Error.Retryable)
        {
            // The endpoint is being looked up anew and its document cannot be had at the moment.
            return new TokenReply(null, default, new OAuthFault(OAuthFaultKind.Unreachable, RetryAfter: e.Error.RetryAfter));
        }
    }

    // What passes is waited out: the code stays good meanwhile.
    private void ThrowIfOver(OAuthFault fault)
    {
        if (fault.Kind is OAuthFaultKind.AuthorizationPending)
            return;
        if (!fault.IsPassing)
        {
            throw new CredentialException(fault.Kind switch
            {
                OAuthFaultKind.AccessDenied => OAuthErrors.SignInDenied(options.Reference),
                OAuthFaultKind.ExpiredToken or OAuthFaultKind.InvalidGrant => OAuthErrors.SignInExpired(options.Reference),
                _ => OAuthErrors.Of(fault, options, "its token endpoint", "tokenEndpoint"),
            });
        }
        if (fault.Kind is not OAuthFaultKind.SlowDown)
            OAuthLog.SignInGoesOn(options.Logger, options.Reference, fault.Kind.ToString());
    }

    // Five seconds more as the standard has it, twice as long after trouble, and never sooner than the server asks.
    private static TimeSpan Next(TimeSpan interval, OAuthFault fault)
    {
        var next = fault.Kind switch
        {
            OAuthFaultKind.AuthorizationPending => interval,
            OAuthFaultKind.SlowDown or OAuthFaultKind.Busy => interval + SlowDown,
            _ => Longer(interval, interval * 2 < LongestBackoff ? interval * 2 : LongestBackoff),
        };
        return Longer(next, fault.RetryAfter ?? default);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
