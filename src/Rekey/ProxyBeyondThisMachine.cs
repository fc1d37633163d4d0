using System.Net;

namespace Rekey;

/// <summary>
/// The proxy for what leaves this machine. What is admitted in the clear because it stays here goes straight to where it is meant, whatever
/// the environment says of proxies.
/// </summary>
internal sealed class ProxyBeyondThisMachine(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
}
