using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Rekey;

/// <summary>How a call ended that brought no whole answer.</summary>
public enum HttpFault
{
    /// <summary>A whole answer came.</summary>
    None,

    /// <summary>The service was never reached: what was asked has not happened.</summary>
    Unreachable,

    /// <summary>No whole answer came in time: what was asked may have happened.</summary>
    NoAnswer,

    /// <summary>The answer is larger than any answer of this service can be.</summary>
    TooLarge,
}

/// <summary>What a call brought.</summary>
/// <param name="Fault">Whether it is a whole answer.</param>
/// <param name="Status">The status; zero without an answer.</param>
/// <param name="Body">The body; empty without an answer.</param>
/// <param name="Headers">The headers; null without an answer.</param>
public sealed record HttpAnswer(HttpFault Fault, int Status, ReadOnlyMemory<byte> Body, HttpResponseHeaders? Headers)
{
    /// <summary>How long the service asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How far the service's clock is ahead of ours.</summary>
    public TimeSpan Ahead { get; init; }
}

/// <summary>Single calls to a service, each bounded in time and size. No redirect is followed: it would carry a token elsewhere.</summary>
public sealed class BoundedHttp(HttpClient http, TimeSpan limit, int maxBytes, TimeProvider time)
{
    /// <summary>A client for all of them.</summary>
    public static HttpClient CreateClient() => ClientWith(new SslClientAuthenticationOptions());

    /// <summary>The same, which believes the certificates of these authorities alone and none of the machine's.</summary>
    public static HttpClient CreateClientTrusting(X509Certificate2Collection trusted) =>
        ClientWith(new SslClientAuthenticationOptions { CertificateChainPolicy = TrustIn(trusted) });

    internal static HttpClient CreateClientBehind(IWebProxy proxy) => ClientWith(new SslClientAuthenticationOptions(), proxy);

    private static HttpClient ClientWith(SslClientAuthenticationOptions tls, IWebProxy? proxy = null) => new(new SocketsHttpHandler
    {
        Proxy = new ProxyBeyondThisMachine(proxy ?? HttpClient.DefaultProxy),
        SslOptions = tls,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each call has its own limit
    };

    /// <summary>Sends the request, disposes it and reads the answer. Throws only when it is cancelled.</summary>
    public async Task<HttpAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var sent = request;
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            return await ReadAsync(response, either.Token).ConfigureAwait(false) is { } body ? Answer(response, body) : Failed(HttpFault.TooLarge);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(HttpFault.NoAnswer);
        }
        catch (HttpRequestException e)
        {
            return Failed(WasNeverReached(e) ? HttpFault.Unreachable : HttpFault.NoAnswer);
        }
        catch (Exception e) when (e is IOException or InvalidDataException) // the second is a compression that makes no sense
        {
            return Failed(HttpFault.NoAnswer);
        }
    }

    private static X509ChainPolicy TrustIn(X509Certificate2Collection authorities)
    {
        // An authority of one's own rarely says where its revocations are listed.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static HttpAnswer Failed(HttpFault fault) => new(fault, 0, default, null);

    private static bool WasNeverReached(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var body = new MemoryStream();
        var part = new byte[8192];
        while (await stream.ReadAsync(part, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (body.Length + count > maxBytes)
                return null;
            body.Write(part, 0, count);
        }
        return body.ToArray();
    }

    private HttpAnswer Answer(HttpResponseMessage response, byte[] body)
    {
        var now = time.GetUtcNow();
        var retry = response.Headers.RetryAfter;
        return new HttpAnswer(HttpFault.None, (int)response.StatusCode, body, response.Headers)
        {
            RetryAfter = (retry?.Delta ?? retry?.Date - now) is { Ticks: > 0 } wait ? wait : null,
            Ahead = response.Headers.Date is { } theirs ? theirs - now : TimeSpan.Zero,
        };
    }
}
