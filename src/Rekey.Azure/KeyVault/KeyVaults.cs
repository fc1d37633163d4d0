using System.Collections.Concurrent;
using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Rekey.Azure.Identity;

namespace Rekey.Azure.KeyVault;

/// <summary>The vaults that one identity reads: a client for each, so that its secrets share a token and connections. Nothing is made before the first fetch.</summary>
public sealed class KeyVaults : IDisposable
{
    private readonly ConcurrentDictionary<Uri, SecretClient> _clients = new();
    private readonly Lazy<TokenCredential> _identity;
    private readonly Lazy<HttpClientTransport> _transport;

    /// <summary>Makes the vaults of an identity.</summary>
    public KeyVaults(AzureAccess access)
    {
        Access = access;
        _identity = new(() => new RegisteringCredential(access.Identity ?? UsualIdentity.Create(), access.Secrets));
        _transport = new(() => new HttpClientTransport(new BoundedHandler(access.Handler ?? UsualHandler())));
    }

    internal AzureAccess Access { get; }

    internal SecretClient Of(Uri vault) => _clients.GetOrAdd(vault, Open);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_transport.IsValueCreated)
            _transport.Value.Dispose();
    }

    private SecretClient Open(Uri vault) => new(vault, _identity.Value, new SecretClientOptions
    {
        Transport = _transport.Value,
        // The lifecycle tries again, at its own pace and after the wait that the vault asks for.
        Retry = { MaxRetries = 0, NetworkTimeout = Access.Limit },
        Diagnostics = { IsLoggingEnabled = false, IsLoggingContentEnabled = false, IsDistributedTracingEnabled = false, IsTelemetryEnabled = false },
    });

    private static SocketsHttpHandler UsualHandler() => new()
    {
        AllowAutoRedirect = false, // it would carry a token elsewhere
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AutomaticDecompression = DecompressionMethods.All,
    };
}
