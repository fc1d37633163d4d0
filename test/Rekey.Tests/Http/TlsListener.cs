using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rekey.Tests.Http;

/// <summary>Speaks TLS with a certificate that nobody vouches for, and counts what is sent to it all the same.</summary>
internal sealed class TlsListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate = Certificate();
    private readonly Task<int> _received;

    public TlsListener()
    {
        _listener.Start();
        _received = ReceiveAsync();
    }

    public Uri Address => new($"https://{_listener.LocalEndpoint}/user");

    /// <summary>How much came, once the client is gone.</summary>
    public Task<int> DecryptedBytesAsync() => _received.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await ((Task)_received).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _certificate.Dispose();
    }

    private async Task<int> ReceiveAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(client.GetStream());
        try
        {
            await stream.AuthenticateAsServerAsync(_certificate);
            return await stream.ReadAsync(new byte[1024]);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return 0; // the client went before or after the handshake
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
    }
}
