using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Rekey.Testing.Http;

/// <summary>Speaks TLS on loopback before a server that does not.</summary>
public sealed class TlsFront : IAsyncDisposable
{
    private readonly Uri _behind;
    private readonly X509Certificate2 _certificate;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;

    public TlsFront(Uri behind, X509Certificate2 certificate)
    {
        (_behind, _certificate) = (behind, certificate);
        _listener.Start();
        Address = new Uri($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving);
        _certificate.Dispose();
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
        using var front = client;
        try
        {
            await using var secure = new SslStream(front.GetStream());
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _end.Token);
            using var back = new TcpClient();
            await back.ConnectAsync(_behind.Host, _behind.Port, _end.Token);
            await Task.WhenAny(secure.CopyToAsync(back.GetStream(), _end.Token), back.GetStream().CopyToAsync(secure, _end.Token));
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException or OperationCanceledException)
        {
            // A client that does not believe us goes.
        }
    }
}
