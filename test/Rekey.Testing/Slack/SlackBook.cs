using Rekey.Testing.Http;

namespace Rekey.Testing.Slack;

/// <summary>What Slack knows: sessions of browsers, tokens of bots and users, apps with rotated tokens, and what each is good for.</summary>
public sealed class SlackBook
{
    private readonly Lock _gate = new();
    private readonly Func<DateTimeOffset> _now;
    private readonly SlackMint _mint;
    private readonly List<SlackBrowserSession> _sessions = [];
    private readonly List<SlackApp> _apps = [];
    private readonly Dictionary<string, bool> _tokens = []; // whether each still works

    internal SlackBook(Func<DateTimeOffset> now, Func<string, string> plant) => (_now, _mint) = (now, new SlackMint(plant));

    /// <summary>At each how manieth opening the page sets a newer cookie; zero for never.</summary>
    public int ReissuesCookieEvery { get; set; } = 1;

    /// <summary>Whether each opening of the page makes a newer token.</summary>
    public bool IssuesNewTokens { get; set; } = true;

    /// <summary>Whether a session's earlier tokens go on working. The worst case is that they do not.</summary>
    public bool KeepsOldTokens { get; set; }

    /// <summary>Whether a session's earlier cookies go on working.</summary>
    public bool KeepsOldCookies { get; set; } = true;

    /// <summary>How long a rotated token lives.</summary>
    public TimeSpan TokenLife { get; set; } = TimeSpan.FromHours(12);

    /// <summary>A human signs in.</summary>
    public SlackBrowserSession SignIn(string workspace = "acme")
    {
        lock (_gate)
        {
            var session = new SlackBrowserSession(workspace, _mint.SessionToken(), _mint.Cookie());
            _sessions.Add(session);
            return session;
        }
    }

    /// <summary>An app is installed, and its bot gets a token without an end.</summary>
    public string InstallBot() => Install(_mint.BotToken());

    /// <summary>An app is installed, and its user gets a token without an end.</summary>
    public string InstallUser() => Install(_mint.UserToken());

    /// <summary>An app is installed whose tokens are rotated.</summary>
    public SlackApp InstallRotated(bool isForUser = false)
    {
        lock (_gate)
        {
            var app = new SlackApp($"{SlackMint.Digits(12)}.{SlackMint.Digits(13)}", _mint.ClientSecret(), isForUser);
            _apps.Add(app);
            Grant_NeedsLock(app);
            return app;
        }
    }

    /// <summary>The session is signed out everywhere.</summary>
    public void Revoke(SlackBrowserSession session)
    {
        lock (_gate)
            session.IsRevoked = true;
    }

    /// <summary>The app is removed from the workspace.</summary>
    public void Revoke(SlackApp app)
    {
        lock (_gate)
            app.IsRevoked = true;
    }

    /// <summary>A token of a bot or a user is taken back.</summary>
    public void Revoke(string token)
    {
        lock (_gate)
            _tokens[token] = false;
    }

    /// <summary>The page of the workspace for whoever has a cookie; a sign-in for everybody else.</summary>
    public HttpReply Open(HttpCall call, bool issuesToken = true)
    {
        lock (_gate)
        {
            if (Session_NeedsLock(call) is not { } session)
                return SlackPages.ToSignIn;
            session.Openings++;
            if (IssuesNewTokens && issuesToken)
                IssueToken_NeedsLock(session);
            var reply = SlackPages.Workspace(session.Workspace, session.Token);
            if (ReissuesCookieEvery == 0 || session.Openings % ReissuesCookieEvery != 0)
                return reply;
            IssueCookie_NeedsLock(session);
            return SlackPages.WithCookie(reply, session.Cookie);
        }
    }

    /// <summary>The method <c>auth.test</c>.</summary>
    public HttpReply Test(HttpCall call)
    {
        lock (_gate)
        {
            var token = call.Header("Authorization") is { } header && header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : null;
            if (token is null)
                return SlackReplies.Error("not_authed");
            if (_tokens.TryGetValue(token, out var works))
                return works ? SlackReplies.Identity("acme") : SlackReplies.Error("token_revoked");
            if (_apps.FirstOrDefault(a => a.Tokens.ContainsKey(token)) is { } app)
                return app.IsRevoked ? SlackReplies.Error("token_revoked") : app.Tokens[token] <= _now() ? SlackReplies.Error("token_expired") : SlackReplies.Identity("acme");
            return Session_NeedsLock(call) is { } session && (session.Token == token || (KeepsOldTokens && session.Tokens.Contains(token)))
                ? SlackReplies.Identity(session.Workspace)
                : SlackReplies.Error("invalid_auth");
        }
    }

    /// <summary>The method <c>oauth.v2.access</c> with a refresh token.</summary>
    public HttpReply Rotate(HttpCall call)
    {
        lock (_gate)
        {
            var form = call.Form;
            if (form.GetValueOrDefault("grant_type") != "refresh_token")
                return SlackReplies.Error("invalid_grant_type");
            if (_apps.FirstOrDefault(a => a.ClientId == form.GetValueOrDefault("client_id")) is not { } app)
                return SlackReplies.Error("invalid_client_id");
            if (form.GetValueOrDefault("client_secret") != app.ClientSecret)
                return SlackReplies.Error("bad_client_secret");
            var token = form.GetValueOrDefault("refresh_token") ?? "";
            if (app.Spent.Contains(token))
            {
                app.Replays++;
                app.IsRevoked = true;
            }
            if (app.IsRevoked || token != app.RefreshToken)
                return SlackReplies.Error("invalid_refresh_token");
            app.Spent.Add(token);
            app.Refreshes++;
            Grant_NeedsLock(app);
            return SlackReplies.Granted(app, TokenLife);
        }
    }

    private string Install(string token)
    {
        lock (_gate)
            _tokens[token] = true;
        return token;
    }

    private void Grant_NeedsLock(SlackApp app)
    {
        app.Token = app.IsForUser ? _mint.UserToken(isRotated: true) : _mint.BotToken(isRotated: true);
        app.Tokens[app.Token] = _now() + TokenLife;
        app.RefreshToken = _mint.RefreshToken();
    }

    private void IssueToken_NeedsLock(SlackBrowserSession session)
    {
        session.Token = _mint.SessionToken();
        session.Tokens.Add(session.Token);
    }

    private void IssueCookie_NeedsLock(SlackBrowserSession session)
    {
        session.RawCookie = _mint.Cookie();
        session.RawCookies.Add(session.RawCookie);
    }

    // A raw cookie is decoded as well: its plus signs become blanks, and nobody knows it.
    private SlackBrowserSession? Session_NeedsLock(HttpCall call)
    {
        var sent = (call.Header("Cookie") ?? "").Split(';', StringSplitOptions.TrimEntries).FirstOrDefault(static c => c.StartsWith("d=", StringComparison.Ordinal));
        if (sent is null)
            return null;
        var raw = Uri.UnescapeDataString(sent["d=".Length..].Replace('+', ' '));
        return _sessions.FirstOrDefault(s => !s.IsRevoked && (s.RawCookie == raw || (KeepsOldCookies && s.RawCookies.Contains(raw))));
    }
}
