namespace Rekey.Testing.OAuth;

/// <summary>The human with a browser: opens the page that is shown, compares the code, and says yes or no.</summary>
public sealed class OAuthHuman(Uri server, OAuthBook book)
{
    /// <summary>Says no instead of yes.</summary>
    public bool Denies { get; set; }

    /// <summary>Opens the page, which carries the code.</summary>
    public void Open(Uri page)
    {
        if (page.Authority != server.Authority)
            throw new InvalidOperationException($"A page of somebody else: {page.Authority}");
        Enter(page.Query["?user_code=".Length..]);
    }

    /// <summary>Enters a code and decides.</summary>
    public void Enter(string userCode)
    {
        if (!book.Decide(userCode, !Denies))
            throw new InvalidOperationException($"Nobody knows the code {userCode}");
    }
}
