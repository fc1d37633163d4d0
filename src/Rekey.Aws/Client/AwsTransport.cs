using Amazon.Runtime;

namespace Rekey.Aws.Client;

/// <summary>
/// The HTTP beneath a client. No answer is read beyond its bound, whatever it claims, and each answer tells how far the clock of the
/// service is from ours: the SDK corrects for that in silence, and a signature that is refused in spite of it needs the reason.
/// </summary>
internal sealed class AwsTransport : HttpClientFactory, IDisposable
{
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private long _skewTicks;

    public AwsTransport(TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(new Handler(this)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>How far our clock is from the service's, as of its last answer.</summary>
    public TimeSpan Skew => TimeSpan.FromTicks(Interlocked.Read(ref _skewTicks)).Duration();

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _http;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Sockets() => new()
    {
        AllowAutoRedirect = false,
        MaxResponseHeadersLength = 64,
        // An address that changed is noticed although the connection still stands.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private sealed class Handler(AwsTransport transport) : DelegatingHandler(Sockets())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.Headers.Date is { } theirs)
                Interlocked.Exchange(ref transport._skewTicks, (transport._time.GetUtcNow() - theirs).Ticks);
            await response.Content.LoadIntoBufferAsync(SecretDocument.MaxBytes, cancellationToken).ConfigureAwait(false);
            return response;
        }
    }
}
