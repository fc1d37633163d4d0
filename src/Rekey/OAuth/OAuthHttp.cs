namespace Rekey.OAuth;

/// <summary>Single calls to an authorization server.</summary>
internal sealed class OAuthHttp(OAuthOptions options)
{
    private const int MaxBytes = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DocumentLimit = TimeSpan.FromSeconds(6); // it comes before a call that others wait for already

    private readonly BoundedHttp _calls = new(options.Http, Limit, MaxBytes, options.Time);
    private readonly BoundedHttp _documents = new(options.Http, DocumentLimit, MaxBytes, options.Time);

    public Task<OAuthReply> GetAsync(Uri address, CancellationToken cancellationToken) =>
        SendAsync(_documents, new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);

    /// <summary>Posts the form and proves who the client is.</summary>
    public Task<OAuthReply> PostAsync(OAuthEndpoint endpoint, OAuthClient client, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address);
        client.Authenticate(endpoint.Authentication, request, form);
        request.Content = new FormUrlEncodedContent(form);
        return SendAsync(_calls, request, cancellationToken);
    }

    private static async Task<OAuthReply> SendAsync(BoundedHttp http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Accept.ParseAdd("application/json"); // GitHub answers with a form otherwise
        request.Headers.UserAgent.ParseAdd("rekey");
        return OAuthReply.Read(await http.SendAsync(request, cancellationToken).ConfigureAwait(false));
    }
}
