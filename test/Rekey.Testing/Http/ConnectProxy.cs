using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rekey.Testing.Http;

/// <summary>
/// A proxy on loopback, as <c>HTTPS_PROXY</c> names one, that leads hosts of the world to fronts of a test. A process of its own so meets a
/// stand-in under the true name of the service; where no front is, nothing leads.
/// </summary>
public sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;
    private readonly IReadOnlyDictionary<string, Uri> _fronts;

    public ConnectProxy(IReadOnlyDictionary<string, Uri> fronts)
    {
        _fronts = fronts;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Hosts that somebody wanted, and that no front stands for.</summary>
    public ConcurrentQueue<string> Strangers { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using var near = client;
        try
        {
            var stream = near.GetStream();
            var host = await WantedAsync(stream);
            if (!_fronts.TryGetValue(host, out var front))
            {
                Strangers.Enqueue(host);
                await stream.WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _end.Token);
                return;
            }
            using var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, front.Port, _end.Token);
            await stream.WriteAsync("HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray(), _end.Token);
            await Task.WhenAny(stream.CopyToAsync(far.GetStream(), _end.Token), far.GetStream().CopyToAsync(stream, _end.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of both has gone.
        }
    }

    // CONNECT host:port HTTP/1.1, and headers that say nothing.
    private async Task<string> WantedAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _end.Token) == 1)
            head.Append((char)one[0]);
        return head.ToString().Split(' ') is ["CONNECT", var target, ..] ? target.Split(':')[0] : "";
    }
}
