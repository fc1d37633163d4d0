namespace Rekey.Testing.Slack;

/// <summary>What goes wrong with one call. Where the server has done what was asked by then, it says so.</summary>
public enum SlackTrouble
{
    /// <summary>Redirects to the sign-in page.</summary>
    SignInRedirect,

    /// <summary>Shows the sign-in page at once.</summary>
    SignInPage,

    /// <summary>Takes the cookie away and shows an empty page.</summary>
    DeletedCookie,

    Unauthorized,
    Forbidden,
    ServerError,

    /// <summary>Too many calls; asks to wait half a minute.</summary>
    RateLimited,

    /// <summary>Too many calls; asks to wait until a date half a minute away.</summary>
    RateLimitedUntil,

    /// <summary>Refreshes; the token stands under another name.</summary>
    ChangedMarkup,

    /// <summary>Refreshes; the page sets no cookie.</summary>
    NoNewCookie,

    /// <summary>Shows the page with the token that it showed last.</summary>
    SameToken,

    /// <summary>Refreshes; the page has an empty token.</summary>
    NoToken,

    /// <summary>Does what was asked; ten megabytes come before the answer.</summary>
    TenMegabytes,

    /// <summary>Redirects to itself.</summary>
    RedirectLoop,

    /// <summary>Does what was asked; the answer comes a byte at a time.</summary>
    Drip,

    /// <summary>Does what was asked and never answers.</summary>
    Hang,

    /// <summary>Does what was asked and closes without an answer.</summary>
    LostReply,

    /// <summary>Does what was asked and closes in the middle of the answer.</summary>
    Truncated,

    /// <summary>Does what was asked and resets the connection.</summary>
    Reset,
}
