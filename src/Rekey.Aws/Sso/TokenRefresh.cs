using Microsoft.Extensions.Logging;
using Rekey.Files;

namespace Rekey.Aws.Sso;

/// <summary>
/// Trades a token for a newer one, once over all processes: lock, read again, ask, write. The service may take each refresh token only
/// once, so a refresh that has begun is never cancelled, and whoever comes meanwhile joins it.
/// </summary>
internal sealed class TokenRefresh(string session, SsoTokenCache cache, OidcClient oidc, TimeProvider time, ILogger logger)
{
    private const int MostLooks = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private Task<CachedToken>? _running;

    /// <summary>Completes when no refresh is under way.</summary>
    public Task Settled
    {
        get
        {
            lock (_gate)
                return _running ?? Task.CompletedTask;
        }
    }

    /// <summary>A newer token than <paramref name="stale"/>. Cancelling ends the wait and not the refresh.</summary>
    public Task<CachedToken> RunAsync(CachedToken stale, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running is not { IsCompleted: false })
                _running = Task.Run(() => RefreshAsync(stale), CancellationToken.None);
            return _running.WaitAsync(cancellationToken);
        }
    }

    private async Task<CachedToken> RefreshAsync(CachedToken stale)
    {
        using var held = await LockAsync().ConfigureAwait(false);
        // Whoever held the lock before us may have refreshed it.
        var token = (await cache.ReadAsync(CancellationToken.None).ConfigureAwait(false)).Token ?? stale;
        if (IsSuccessor(token, stale))
            return Elsewhere(token);
        if (!token.CanRefreshAt(time.GetUtcNow()))
            throw new CredentialException(SsoErrors.SessionEnded(session, WhyNot(token)));
        return await AskAsync(token).ConfigureAwait(false);
    }

    private async Task<CachedToken> AskAsync(CachedToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            var asked = time.GetUtcNow();
            var reply = await oidc.RefreshAsync(token, CancellationToken.None).ConfigureAwait(false);
            if (reply.Value is { } granted)
                return await TakeAsync(token, granted, asked).ConfigureAwait(false);
            // A tool that knows no lock may have been faster.
            if (await SuccessorAsync(token, isSpent: reply.Fault!.Kind is FaultKind.InvalidGrant).ConfigureAwait(false) is { } other)
                return Elsewhere(other);
            // The answer may have been lost on the way: what was asked may be answered again.
            if (!reply.Fault.IsAmbiguous || attempt == 2)
                throw new CredentialException(ErrorOf(reply.Fault));
        }
    }

    private async Task<CachedToken> TakeAsync(CachedToken token, GrantedToken granted, DateTimeOffset asked)
    {
        var next = token with
        {
            AccessToken = granted.AccessToken,
            ExpiresAt = asked + granted.Life,
            RefreshToken = granted.RefreshToken ?? token.RefreshToken, // RFC 6749, section 6: none in the answer means the same one
        };
        await cache.SaveAsync(next).ConfigureAwait(false);
        SsoLog.Refreshed(logger, session);
        return next;
    }

    // Who has spent the refresh token has its successor on the way to the file.
    private async Task<CachedToken?> SuccessorAsync(CachedToken token, bool isSpent)
    {
        for (var look = 1; ; look++)
        {
            if ((await cache.ReadAsync(CancellationToken.None).ConfigureAwait(false)).Token is { } other && IsSuccessor(other, token))
                return other;
            if (!isSpent || look == MostLooks)
                return null;
            await Task.Delay(Pause, time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private CachedToken Elsewhere(CachedToken token)
    {
        SsoLog.RefreshedElsewhere(logger, session);
        return token;
    }

    private async Task<FileLock?> LockAsync()
    {
        try
        {
            return await cache.LockAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new CredentialException(SsoErrors.TokenBusy(session));
        }
    }

    private bool IsSuccessor(CachedToken token, CachedToken stale) =>
        token.AccessToken != stale.AccessToken && token.LeftAt(time.GetUtcNow()) > TimeSpan.Zero;

    private string WhyNot(CachedToken token) =>
        token.RefreshToken is null ? "its token cannot be renewed without signing in"
        : token.RegistrationExpiresAt <= time.GetUtcNow() ? "the registration of the client that signed in has expired"
        : "its token file lacks what a renewal needs";

    private CredentialError ErrorOf(ServiceFault fault) => fault.Kind switch
    {
        FaultKind.InvalidGrant or FaultKind.ExpiredToken or FaultKind.AccessDenied => SsoErrors.SessionEnded(session, "the service extends it no further"),
        FaultKind.InvalidClient or FaultKind.UnauthorizedClient => SsoErrors.SessionEnded(session, "the client that signed in is no longer known"),
        FaultKind.InvalidRequest or FaultKind.InvalidScope => SsoErrors.SessionEnded(session, "the service refuses to renew its token"),
        _ => SsoErrors.Of(fault),
    };
}
