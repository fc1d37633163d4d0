using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Rekey.Aws.Sso;

/// <summary>The flow in which a browser of this machine comes back with a code, which only who holds the verifier can redeem (PKCE).</summary>
internal sealed class BrowserSignIn(SsoSessionOptions options, ClientRegistrations registrations, OidcClient oidc, SsoSecrets secrets)
{
    private const string VerifierLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly string _session = options.Session.Label;

    public async Task<SignInOutcome> RunAsync(Action<SignInPrompt> show, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await AskAsync(show, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            registrations.ForgetBrowser(); // the page may have refused the client and told the human alone
            throw new CredentialException(SsoErrors.SignInExpired(_session));
        }
    }

    private async Task<SignInOutcome> AskAsync(Action<SignInPrompt> show, CancellationToken cancellationToken)
    {
        var callback = Open(); // it listens before anybody could come back
        await using var closing = callback.ConfigureAwait(false);
        var client = await registrations.ForBrowserAsync(cancellationToken).ConfigureAwait(false);
        var verifier = secrets.Learn("code_verifier", new Secret(RandomNumberGenerator.GetString(VerifierLetters, 64)));
        var state = Guid.NewGuid().ToString();
        var answer = callback.WaitAsync(state, cancellationToken);
        show(new SignInPrompt(PageOf(client, callback.Address, verifier, state), UserCode: null, options.Time.GetUtcNow() + Limit));
        return await (await answer.ConfigureAwait(false) switch
        {
            { Code: { } code } => RedeemAsync(client, secrets.Learn("authorization_code", code), verifier, callback.Address, cancellationToken),
            { IsDenied: true } => throw new CredentialException(SsoErrors.SignInDenied(_session)),
            _ => throw Failed("the page reported an error"),
        }).ConfigureAwait(false);
    }

    private async Task<SignInOutcome> RedeemAsync(ClientRegistration client, Secret code, Secret verifier, Uri redirect, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var asked = options.Time.GetUtcNow();
            var reply = await oidc.RedeemCodeAsync(client, code, verifier, redirect, cancellationToken).ConfigureAwait(false);
            if (reply.Value is { } token)
                return new SignInOutcome(client, token, asked);
            if (reply.Fault!.IsPassing && attempt == 1)
                continue; // the answer may have been lost on the way
            throw reply.Fault.IsPassing ? new CredentialException(SsoErrors.Of(reply.Fault)) : Failed("the service does not take the browser's answer");
        }
    }

    private CredentialException Failed(string what)
    {
        registrations.ForgetBrowser();
        return new CredentialException(SsoErrors.SignInFailed(_session, what));
    }

    private CallbackListener Open() =>
        CallbackListener.TryOpen(options.RedirectPort ?? 0, options.Time)
        ?? throw new CredentialException(options.RedirectPort is { } port
            ? SsoErrors.RedirectPortTaken(port)
            : SsoErrors.SignInFailed(_session, "this machine has no port for the browser to return to"));

    private Uri PageOf(ClientRegistration client, Uri redirect, Secret verifier, string state)
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier.Reveal())));
        var query = new (string Name, string Value)[]
        {
            ("response_type", "code"),
            ("client_id", client.ClientId),
            ("redirect_uri", redirect.AbsoluteUri),
            ("state", state),
            ("code_challenge_method", "S256"),
            ("scopes", string.Join(' ', registrations.Scopes)),
            ("code_challenge", challenge),
        };
        var page = $"{options.Endpoints.Oidc.AbsoluteUri.TrimEnd('/')}/authorize?{string.Join('&', query.Select(static p => $"{p.Name}={Uri.EscapeDataString(p.Value)}"))}";
        return SignInPage.Trusted(page, options.Session.Region, options.Endpoints) ?? throw new CredentialException(SsoErrors.PageRefused(_session));
    }
}
