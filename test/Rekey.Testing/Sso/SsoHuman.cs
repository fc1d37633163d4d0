using System.Net;

namespace Rekey.Testing.Sso;

/// <summary>The human with a browser: opens the pages that are shown, and says yes or no.</summary>
public sealed class SsoHuman(Uri server, OidcBook book) : IDisposable
{
    private readonly HttpClient _browser = new() { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Says no instead of yes.</summary>
    public bool Denies { get; set; }

    /// <summary>Opens the page and decides at once. Answers what the browser saw last.</summary>
    public async Task<(HttpStatusCode Status, string Text)> OpenAsync(Uri page)
    {
        if (page.Authority != server.Authority)
            throw new InvalidOperationException($"A page of somebody else: {page.Authority}");
        if (page.AbsolutePath.EndsWith("/device", StringComparison.Ordinal))
        {
            Decide(page.Query["?user_code=".Length..]);
            return (HttpStatusCode.OK, "");
        }
        using var response = await _browser.GetAsync(page); // follows the way back
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Enters a code and decides.</summary>
    public void Decide(string userCode)
    {
        if (!book.Decide(userCode, !Denies))
            throw new InvalidOperationException($"Nobody knows the code {userCode}");
    }

    public void Dispose() => _browser.Dispose();
}
