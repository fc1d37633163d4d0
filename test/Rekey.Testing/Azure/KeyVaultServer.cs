using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Rekey.Testing.Http;

namespace Rekey.Testing.Azure;

/// <summary>A Key Vault under its true host name, over TLS on loopback: the challenge, the secrets and the errors as they are on the wire.</summary>
public sealed class KeyVaultServer : IAsyncDisposable
{
    private readonly TestAuthority _authority = new("Rekey test authority");
    private readonly ConcurrentQueue<HttpCall> _calls = new();
    private readonly ConcurrentQueue<HttpReply> _once = new();
    private readonly Secret _token;
    private readonly LoopbackHttpServer _server;
    private readonly TlsFront _front;

    /// <summary>Serves who shows this token.</summary>
    public KeyVaultServer(Secret token, string domain = "vault.azure.net")
    {
        _token = token;
        // The SDK remembers for the whole process what each host has challenged it with.
        Name = $"t{Guid.NewGuid():N}"[..20];
        Host = $"{Name}.{domain}";
        Resource = $"https://{domain}";
        Secrets = new KeyVaultSecrets(Host);
        _server = new LoopbackHttpServer((call, _) => Task.FromResult(Answer(call)));
        _front = new TlsFront(_server.Address, _authority.Issue(Host));
    }

    public string Name { get; }

    public string Host { get; }

    public string Tenant { get; } = Guid.NewGuid().ToString();

    /// <summary>What the challenge asks a token for.</summary>
    public string Resource { get; set; }

    public KeyVaultSecrets Secrets { get; }

    /// <summary>What it answers to whoever shows the token, instead of the work.</summary>
    public HttpReply? Standing { get; set; }

    /// <summary>What happens on the wire to what it answers to whoever shows the token.</summary>
    public WireFault Fault { get; set; }

    /// <summary>Runs at each call that shows a token, before the answer.</summary>
    public Action? OnToken { get; set; }

    /// <summary>Everything that it was asked.</summary>
    public IReadOnlyCollection<HttpCall> Calls => _calls;

    /// <summary>How often a token was shown.</summary>
    public int CallsWithToken => _calls.Count(static call => call.Header("Authorization") is not null);

    public int Connections => _server.Connections;

    /// <summary>What it answers once to whoever shows the token.</summary>
    public void Once(HttpReply reply) => _once.Enqueue(reply);

    /// <summary>Where it is on this machine, for a proxy that leads there.</summary>
    public Uri Front => _front.Address;

    /// <summary>Who vouches for it.</summary>
    public TestAuthority Authority => _authority;

    /// <summary>The way there, whatever the name resolves to; believing its certificate, or only what the machine believes.</summary>
    public SocketsHttpHandler Way(bool isTrusted = true) => WayTo(_front.Address.Port, isTrusted ? _authority.Certificates : []);

    /// <summary>A way at whose end nobody listens.</summary>
    public static SocketsHttpHandler WayToNobody() => WayTo(9, []);

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    private HttpReply Answer(HttpCall call)
    {
        _calls.Enqueue(call);
        if (call.Header("Authorization") is not { } shown)
            return KeyVaultReplies.Challenge(Tenant, Resource);
        OnToken?.Invoke();
        if (shown != $"Bearer {_token.Reveal()}")
            return KeyVaultReplies.Challenge(Tenant, Resource);
        if (_once.TryDequeue(out var once))
            return once;
        return (Standing ?? Work(call)) with { Fault = Fault };
    }

    private HttpReply Work(HttpCall call)
    {
        if (!call.Query.ContainsKey("api-version"))
            return KeyVaultReplies.Failure(400, "BadParameter", "api-version must be specified");
        return call.Method == "GET" && call.Path.Split('/') is ["", "secrets", var name, .. var rest]
            ? Secrets.Read(name, rest is [var version] ? version : "")
            : KeyVaultReplies.Failure(405, "MethodNotAllowed", "Only secrets are read here.");
    }

    private static SocketsHttpHandler WayTo(int port, X509Certificate2Collection authorities)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        if (authorities.Count == 0)
            return handler;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        return handler;
    }
}
