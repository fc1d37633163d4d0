namespace Rekey.OAuth;

/// <summary>Where secrets may be sent: they travel in the clear to nobody but this machine.</summary>
internal static class EndpointRule
{
    public const string Problem = "neither https nor http on this machine";

    private const int Longest = 2048;

    /// <summary>An address that the operator wrote.</summary>
    public static bool Admits(Uri address) =>
        address.IsAbsoluteUri && address.UserInfo.Length == 0 && address.Fragment.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || IsOfThisMachine(address));

    /// <summary>An address that a server named. Only one of this machine may name another of this machine.</summary>
    public static Uri? Admitted(string? address, Uri namedBy) =>
        address is { Length: <= Longest } && Uri.TryCreate(address, UriKind.Absolute, out var uri) && Admits(uri)
            && (uri.Scheme == Uri.UriSchemeHttps || namedBy.IsLoopback) ? uri : null;

    private static bool IsOfThisMachine(Uri address) => address.Scheme == Uri.UriSchemeHttp && address.IsLoopback;
}
