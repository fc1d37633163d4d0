namespace Rekey.Slack;

/// <summary>Addresses that may stand in the place of Slack.</summary>
public static class SlackAddress
{
    /// <summary>Whether secrets may travel there: by <c>https</c>, or in the clear to this machine alone.</summary>
    public static bool IsAllowed(Uri address) =>
        address is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
