namespace Rekey.Testing.Slack;

/// <summary>A human who signed in with a browser, as the server sees it now.</summary>
public sealed class SlackBrowserSession(string workspace, string token, string rawCookie)
{
    public string Workspace { get; } = workspace;

    /// <summary>The token that the page showed last.</summary>
    public string Token { get; internal set; } = token;

    /// <summary>The value of the cookie as scripts see it.</summary>
    public string RawCookie { get; internal set; } = rawCookie;

    /// <summary>The value of the cookie as browsers send it.</summary>
    public string Cookie => Uri.EscapeDataString(RawCookie);

    /// <summary>How often its page was opened.</summary>
    public int Openings { get; internal set; }

    public bool IsRevoked { get; internal set; }

    internal HashSet<string> Tokens { get; } = [token];

    internal HashSet<string> RawCookies { get; } = [rawCookie];
}
