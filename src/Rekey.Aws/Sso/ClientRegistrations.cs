using Rekey.Aws.Profiles;

namespace Rekey.Aws.Sso;

/// <summary>
/// Rekey's own registrations with one Identity Center, one for each flow, kept beside the tokens until they expire. A registration that
/// cannot be kept is made again the next time.
/// </summary>
internal sealed class ClientRegistrations(SsoSessionOptions options, OidcClient oidc, SsoSecrets secrets)
{
    /// <summary>Where the browser returns to, as it is registered: any port may be put in.</summary>
    public const string Redirect = "http://127.0.0.1/oauth/callback";

    private const string Name = "rekey";
    private static readonly TimeSpan Reserve = TimeSpan.FromHours(1);

    private readonly SsoSession _session = options.Session;

    /// <summary>The scopes to ask for. Without any, a token of the newer form could not be refreshed.</summary>
    public IReadOnlyList<string> Scopes =>
        _session.Name is null ? [] : _session.Scopes.Count > 0 ? _session.Scopes : [SsoSession.AccountAccess];

    /// <summary>The client for the flow in a browser.</summary>
    public Task<ClientRegistration> ForBrowserAsync(CancellationToken cancellationToken) =>
        GetAsync(BrowserSlot, () => oidc.RegisterForBrowserAsync(Name, _session.StartUrl, Redirect, Scopes, cancellationToken));

    /// <summary>The client for the flow with a code.</summary>
    public Task<ClientRegistration> ForDeviceAsync(CancellationToken cancellationToken) =>
        GetAsync(DeviceSlot, () => oidc.RegisterForDeviceAsync(Name, Scopes, cancellationToken));

    /// <summary>Lets the next sign-in in a browser register anew.</summary>
    public void ForgetBrowser() => Forget(BrowserSlot);

    /// <summary>Lets the next sign-in with a code register anew.</summary>
    public void ForgetDevice() => Forget(DeviceSlot);

    private string BrowserSlot => Slot("rekey-pkce");

    private string DeviceSlot => Slot("rekey-device");

    private string Slot(string tool) => Path.Combine(options.Files.SsoCache, CacheKey.OfRegistration(_session, tool) + ".json");

    private async Task<ClientRegistration> GetAsync(string slot, Func<Task<ServiceReply<ClientRegistration>>> register)
    {
        if (Kept(slot) is { } kept && kept.ExpiresAt - options.Time.GetUtcNow() > Reserve)
            return kept;
        var reply = await register().ConfigureAwait(false);
        if (reply.Value is not { } registration)
            throw new CredentialException(reply.Fault!.IsPassing ? SsoErrors.Of(reply.Fault) : SsoErrors.ClientRefused(_session.Label));
        Try(() => options.Disk.Write(slot, registration.Write()));
        return registration;
    }

    private ClientRegistration? Kept(string slot)
    {
        ClientRegistration? kept = null;
        Try(() => kept = options.Disk.Read(slot) is { } content ? ClientRegistration.Read(content) : null);
        secrets.Learn("client_secret", kept?.ClientSecret ?? default);
        return kept;
    }

    private static void Forget(string slot) => Try(() => File.Delete(slot));

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It would only have saved a call.
        }
    }
}
