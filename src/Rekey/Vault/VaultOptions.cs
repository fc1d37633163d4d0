using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey.Vault;

/// <summary>Which Vault or OpenBao is asked, and how.</summary>
public sealed record VaultOptions
{
    /// <summary>The credential that the token is: the secrets of its login are registered under this name.</summary>
    public string Name { get; init; } = "vault";

    /// <summary>Where it is, as in <c>VAULT_ADDR</c>; it may stand below a path of a proxy.</summary>
    public required Uri Address { get; init; }

    /// <summary>The namespace of the login, and of every reference that names none.</summary>
    public string? Namespace { get; init; }

    /// <summary>Whether tokens may travel in the clear beyond this machine.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Carries the calls; see <see cref="BoundedHttp.CreateClient"/> and <see cref="VaultTrust"/>.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>Learns the secrets before their first use.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>Where it reports.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What cannot be meant, each with the key it stands under in a configuration.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Address.IsAbsoluteUri || (Address.Scheme != Uri.UriSchemeHttps && Address.Scheme != Uri.UriSchemeHttp))
            yield return "address: neither https nor http";
        else if (!Admits(Address))
            yield return "address: http beyond this machine, where tokens would travel in the clear; use https, or set allowHttp where that is meant";
        else if (Address.UserInfo.Length > 0 || Address.Query.Length > 0 || Address.Fragment.Length > 0)
            yield return "address: with a user, a query or a fragment in it";
        if (Namespace is { } name && !VaultPath.IsPath(name.Trim('/')))
            yield return "namespace: no path of names";
    }

    /// <summary>Whether a token may be sent there.</summary>
    internal bool Admits(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (AllowHttp || address.IsLoopback));
}
