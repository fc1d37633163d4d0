using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Rekey.Aws.Sso;

/// <summary>One call and its answer, each bounded in time and size. Nothing of an answer's text leaves it but the values asked for.</summary>
internal sealed class SsoHttp(HttpClient http, TimeProvider time, ILogger logger)
{
    private const int MaxBytes = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan SkewWorthSaying = TimeSpan.FromMinutes(5);

    private int _saidSkew;

    /// <summary>The client for all sessions: no redirects, which would carry a token elsewhere, and no cookies.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each call has its own limit
    };

    /// <summary>
    /// Sends the request and reads the answer. <paramref name="read"/> gets the body and the service's distance from our clock, and
    /// answers null when something is missing in it.
    /// </summary>
    public async Task<ServiceReply<T>> SendAsync<T>(HttpRequestMessage request, Func<JsonElement, TimeSpan, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var host = request.RequestUri!.Authority;
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var body = await ReadAsync(response, either.Token).ConfigureAwait(false);
            return body is null ? Failed(FaultKind.NoAnswer) : Read(response, body, host, read);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(FaultKind.NoAnswer);
        }
        catch (HttpRequestException e)
        {
            return Failed(WasNeverReached(e) ? FaultKind.Unreachable : FaultKind.NoAnswer);
        }
        catch (IOException)
        {
            return Failed(FaultKind.NoAnswer);
        }
        finally
        {
            request.Dispose();
        }

        ServiceReply<T> Failed(FaultKind kind) => new(null, new ServiceFault(kind, host));
    }

    private static bool WasNeverReached(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var body = new MemoryStream();
        var part = new byte[8192];
        while (await stream.ReadAsync(part, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            if (body.Length + count > MaxBytes)
                return null;
            body.Write(part, 0, count);
        }
        return body.ToArray();
    }

    private ServiceReply<T> Read<T>(HttpResponseMessage response, byte[] body, string host, Func<JsonElement, TimeSpan, T?> read)
        where T : class
    {
        var status = (int)response.StatusCode;
        var ahead = Distance(response.Headers.Date, host);
        using var json = TryParse(body);
        if (response.IsSuccessStatusCode)
        {
            var value = json is null ? null : read(json.RootElement, ahead);
            return new(value, value is null ? new ServiceFault(FaultKind.NoAnswer, host, status) : null);
        }
        var header = response.Headers.TryGetValues("x-amzn-ErrorType", out var types) ? types.First() : null;
        var kind = FaultReader.Read(status, header, json?.RootElement);
        return new(null, new ServiceFault(kind, host, status, Pause(response.Headers.RetryAfter)));
    }

    private static JsonDocument? TryParse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body.Length == 0 ? "{}"u8.ToArray() : body, JsonReading.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // How far the service's clock is ahead of ours: what it says about points in time is corrected by it.
    private TimeSpan Distance(DateTimeOffset? date, string host)
    {
        if (date is not { } theirs)
            return TimeSpan.Zero;
        var ahead = theirs - time.GetUtcNow();
        if (ahead.Duration() > SkewWorthSaying && Interlocked.Exchange(ref _saidSkew, 1) == 0)
            SsoLog.ClockSkew(logger, host, ahead.TotalSeconds);
        return ahead;
    }

    private TimeSpan? Pause(RetryConditionHeaderValue? header) =>
        (header?.Delta ?? header?.Date - time.GetUtcNow()) is { Ticks: > 0 } pause ? pause : null;
}
