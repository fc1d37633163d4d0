namespace Rekey.OAuth;

/// <summary>Single calls to an authorization server.</summary>
internal sealed class OAuthHttp(OAuthOptions options)
{
    private const int MaxBytes = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly BoundedHttp _http = new(options.Http, Limit, MaxBytes, options.Time);

    public Task<OAuthReply> GetAsync(Uri address, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);

    /// <summary>Posts the form and proves who the client is.</summary>
    public Task<OAuthReply> PostAsync(OAuthEndpoint endpoint, OAuthClient client, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address);
        client.Authenticate(endpoint.Authentication, request, form);
        request.Content = new FormUrlEncodedContent(form);
        return SendAsync(request, cancellationToken);
    }

    private async Task<OAuthReply> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Accept.ParseAdd("application/json"); // GitHub answers with a form otherwise
        request.Headers.UserAgent.ParseAdd("rekey");
        return OAuthReply.Read(await _http.SendAsync(request, cancellationToken).ConfigureAwait(false));
    }
}
