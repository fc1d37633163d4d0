namespace Rekey.Aws.Sso;

/// <summary>What a sign-in ended with: the client, its token, and when it asked for it.</summary>
internal sealed record SignInOutcome(ClientRegistration Client, GrantedToken Token, DateTimeOffset Asked);

/// <summary>The flow in which a human enters a code in a browser anywhere.</summary>
internal sealed class DeviceSignIn(SsoSessionOptions options, ClientRegistrations registrations, OidcClient oidc)
{
    private static readonly TimeSpan SlowDown = TimeSpan.FromSeconds(5);

    private readonly string _session = options.Session.Label;

    public async Task<SignInOutcome> RunAsync(Action<SignInPrompt> show, CancellationToken cancellationToken)
    {
        var (client, offer) = await StartAsync(cancellationToken).ConfigureAwait(false);
        var page = SignInPage.Trusted(offer.Url, options.Session.Region, options.Endpoints)
            ?? throw new CredentialException(SsoErrors.PageRefused(_session));
        var end = options.Time.GetUtcNow() + offer.Life;
        var interval = offer.Interval;
        for (var isShown = false; ; isShown = true)
        {
            // The first time at once: it may be approved already.
            var asked = options.Time.GetUtcNow();
            var reply = await oidc.RedeemDeviceCodeAsync(client, offer.DeviceCode, cancellationToken).ConfigureAwait(false);
            if (reply.Value is { } token)
                return new SignInOutcome(client, token, asked);
            ThrowIfOver(reply.Fault!);
            if (reply.Fault!.Kind is FaultKind.SlowDown or FaultKind.TooManyRequests)
                interval += SlowDown;
            if (!isShown)
                show(new SignInPrompt(page, offer.UserCode, end));
            if (options.Time.GetUtcNow() + interval >= end)
                throw new CredentialException(SsoErrors.SignInExpired(_session));
            await Task.Delay(interval, options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(ClientRegistration Client, DeviceOffer Offer)> StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var client = await registrations.ForDeviceAsync(cancellationToken).ConfigureAwait(false);
            var reply = await oidc.StartDeviceAsync(client, options.Session.StartUrl, cancellationToken).ConfigureAwait(false);
            if (reply.Value is { } offer)
                return (client, offer);
            if (reply.Fault!.IsPassing)
                throw new CredentialException(SsoErrors.Of(reply.Fault));
            if (reply.Fault.Kind is not (FaultKind.InvalidClient or FaultKind.UnauthorizedClient or FaultKind.Unauthorized))
                throw new CredentialException(SsoErrors.StartUrlRefused(_session, options.Session.Region));
            registrations.ForgetDevice();
            if (attempt == 2)
                throw new CredentialException(SsoErrors.ClientRefused(_session));
        }
    }

    // What passes is waited out: the code stays good meanwhile.
    private void ThrowIfOver(ServiceFault fault)
    {
        if (fault.Kind is not FaultKind.AuthorizationPending && !fault.IsPassing)
        {
            throw new CredentialException(fault.Kind switch
            {
                FaultKind.ExpiredToken => SsoErrors.SignInExpired(_session),
                FaultKind.AccessDenied => SsoErrors.SignInDenied(_session),
                _ => SsoErrors.SignInFailed(_session, "the service does not take the code"),
            });
        }
    }
}
