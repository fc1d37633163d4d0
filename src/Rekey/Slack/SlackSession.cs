using Microsoft.Extensions.Logging;

namespace Rekey.Slack;

/// <summary>Refreshes a browser's session: whoever opens the page of the workspace with the cookie gets a token, and at times a newer cookie.</summary>
internal sealed class SlackSession(BoundedHttp http, SlackEndpoints endpoints, SlackSecrets secrets, string reference, TimeProvider time, ILogger logger)
{
    private const int MostRedirects = 5;

    /// <summary>The token and the cookie that follow.</summary>
    public async Task<(Secret Token, Secret Cookie)> RefreshAsync(Secret cookie, CancellationToken cancellationToken)
    {
        var target = endpoints.Page;
        var isDeleted = false;
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var answer = await OpenAsync(target, cookie, cancellationToken).ConfigureAwait(false);
            var set = SlackSetCookie.In(answer.Headers, time.GetUtcNow());
            if (set.Issued is { } issued)
            {
                cookie = secrets.LearnCookie(issued);
                SlackLog.CookieIssued(logger, reference);
            }
            isDeleted = set.IsDeleted || (isDeleted && set.Issued is null);
            if (answer.Status is < 300 or > 399)
                return (Read(answer.Body.Span, isDeleted), cookie);
            target = Next(target, answer);
        }
        throw Invalid($"Slack redirects more than {MostRedirects} times");
    }

    private async Task<HttpAnswer> OpenAsync(Uri target, Secret cookie, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, target);
        SlackBrowser.Present(request, cookie);
        var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (SlackErrors.OfTransport(reference, answer) is { } error)
            throw new CredentialException(error);
        return answer.Status switch
        {
            401 or 403 => throw new CredentialException(SlackErrors.SessionOver),
            404 => throw Invalid("Slack knows no such workspace (HTTP 404)"),
            >= 200 and < 400 => answer,
            _ => throw Invalid($"Slack answered with HTTP {answer.Status}"),
        };
    }

    private Secret Read(ReadOnlySpan<byte> page, bool isDeleted) => SlackWorkspacePage.TokenIn(page) switch
    {
        { } token => secrets.Learn(SlackFields.Token, token),
        null when isDeleted || SlackWorkspacePage.AsksToSignIn(page) => throw new CredentialException(SlackErrors.SessionOver),
        null => throw Invalid("the page of the workspace holds no token"),
    };

    /// <summary>Where the redirect leads, if the cookie may go there.</summary>
    private Uri Next(Uri from, HttpAnswer answer)
    {
        if (answer.Headers?.Location is not { } location || !Uri.TryCreate(from, location, out var target))
            throw Invalid($"Slack redirects to nowhere (HTTP {answer.Status})");
        if (!endpoints.Trusts(target))
            throw Invalid("Slack redirects to another host, which the cookie was not sent to");
        return SlackSignIn.IsAt(target) ? throw new CredentialException(SlackErrors.SessionOver) : target;
    }

    private CredentialException Invalid(string what) => new(SessionErrors.InvalidResponse(reference, what));
}
