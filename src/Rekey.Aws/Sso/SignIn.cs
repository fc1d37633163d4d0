using Rekey.Aws.Profiles;
using Rekey.Files;

namespace Rekey.Aws.Sso;

/// <summary>
/// Lets a human sign in, once for the whole machine: who comes second shows the first one's page, waits for its token and takes it,
/// and takes over when the first one gives up or dies.
/// </summary>
internal sealed class SignIn(SsoSessionOptions options, SsoTokenCache cache, OidcClient oidc, SsoSecrets secrets)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly SharedPrompt _prompt = new(Path.ChangeExtension(cache.File, ".prompt"), options);
    private readonly ClientRegistrations _registrations = new(options, oidc, secrets);
    private readonly SsoSession _session = options.Session;

    public async Task RunAsync(SignInRequest request, CancellationToken cancellationToken)
    {
        var before = (await cache.ReadAsync(cancellationToken).ConfigureAwait(false)).Token;
        FileLock? marker;
        SignInPrompt? shown = null;
        while ((marker = cache.TryLockSignIn(out var isHeld)) is null && isHeld)
        {
            if (await IsDoneElsewhereAsync(before, cancellationToken).ConfigureAwait(false))
                return;
            if (_prompt.Find() is { } found && found != shown)
                request.Show(shown = found);
            await Task.Delay(Look, options.Time, cancellationToken).ConfigureAwait(false);
        }
        using (marker)
        {
            _prompt.Remove(); // whoever held the marker before may have died
            try
            {
                if (!await IsDoneElsewhereAsync(before, cancellationToken).ConfigureAwait(false))
                    await AskAsync(request, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _prompt.Remove();
            }
        }
    }

    private async Task AskAsync(SignInRequest request, CancellationToken cancellationToken)
    {
        var surroundings = options.Surroundings ?? new SignInSurroundings(options.Environment);
        void Present(SignInPrompt prompt)
        {
            _prompt.Leave(prompt);
            var opens = request.OpensPage && options.Browser is not null && surroundings.CanOpenBrowser;
            var isOpened = opens && options.Browser!.TryOpen(prompt.Url);
            if (opens && !isOpened)
                SsoLog.NoBrowser(options.Logger);
            request.Show(prompt with { IsOpened = isOpened });
        }

        var usesBrowser = options.Flow is SignInFlow.Browser
            || (options.Flow is SignInFlow.Auto && _session.Name is not null && surroundings.CanComeBack);
        var (client, granted, asked) = usesBrowser
            ? await new BrowserSignIn(options, _registrations, oidc, secrets).RunAsync(Present, cancellationToken).ConfigureAwait(false)
            : await new DeviceSignIn(options, _registrations, oidc).RunAsync(Present, cancellationToken).ConfigureAwait(false);
        await SaveAsync(client, granted, asked).ConfigureAwait(false);
        SsoLog.SignedIn(options.Logger, _session.Label);
    }

    private async Task SaveAsync(ClientRegistration client, GrantedToken granted, DateTimeOffset asked)
    {
        using var held = await cache.LockOrNoneAsync(CancellationToken.None).ConfigureAwait(false);
        await cache.SaveAsync(new CachedToken
        {
            StartUrl = _session.StartUrl,
            Region = _session.Region,
            AccessToken = granted.AccessToken,
            ExpiresAt = asked + granted.Life,
            ClientId = client.ClientId,
            ClientSecret = client.ClientSecret,
            RegistrationExpiresAt = client.ExpiresAt,
            RefreshToken = granted.RefreshToken,
        }).ConfigureAwait(false);
    }

    private async Task<bool> IsDoneElsewhereAsync(CachedToken? before, CancellationToken cancellationToken)
    {
        var now = (await cache.ReadAsync(cancellationToken).ConfigureAwait(false)).Token;
        var isDone = now is not null && now.AccessToken != before?.AccessToken && now.LeftAt(options.Time.GetUtcNow()) > TimeSpan.Zero;
        if (isDone)
            SsoLog.SignInElsewhere(options.Logger, _session.Label);
        return isDone;
    }
}
