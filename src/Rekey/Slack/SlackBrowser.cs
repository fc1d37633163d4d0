namespace Rekey.Slack;

/// <summary>What a browser's session presents besides its token.</summary>
internal static class SlackBrowser
{
    // Slack ends sessions that turn up in something else than a browser.
    private const string UserAgent =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    public static void Present(HttpRequestMessage request, Secret cookie)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("Cookie", $"d={cookie.Reveal()}");
    }
}
