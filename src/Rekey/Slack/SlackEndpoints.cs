namespace Rekey.Slack;

/// <summary>Where the page of a workspace and the API are, and where else the cookie may follow a redirect.</summary>
internal sealed class SlackEndpoints
{
    private const string Domain = "slack.com";

    private readonly Uri? _address;
    private readonly Uri _api;

    public SlackEndpoints(string? workspace, Uri? address)
    {
        if (address is not null && !SlackAddress.IsAllowed(address))
            throw new ArgumentException("The address is neither https nor http on this machine.", nameof(address));
        Workspace = SlackWorkspace.TryRead(workspace, out var name) || workspace is null
            ? name
            : throw new ArgumentException("That is no name of a workspace.", nameof(workspace));
        _address = address is null ? null : new Uri($"{address.AbsoluteUri.TrimEnd('/')}/");
        _api = _address ?? new Uri($"https://{Domain}/");
    }

    public string? Workspace { get; }

    /// <summary>The page of the workspace.</summary>
    public Uri Page => _address ?? new Uri($"https://{Workspace ?? throw new InvalidOperationException("No workspace is configured.")}.{Domain}/");

    public Uri Method(string name) => new(_api, $"api/{name}");

    /// <summary>Whether the cookie may be sent there.</summary>
    public bool Trusts(Uri target) => target.UserInfo.Length == 0 && (_address is null ? IsSlack(target) : HasOriginOf(_address, target));

    private static bool IsSlack(Uri target) =>
        target.Scheme == Uri.UriSchemeHttps && target.IsDefaultPort
        && (target.IdnHost == Domain || target.IdnHost.EndsWith($".{Domain}", StringComparison.Ordinal));

    private static bool HasOriginOf(Uri address, Uri target) =>
        target.Scheme == address.Scheme && target.IdnHost == address.IdnHost && target.Port == address.Port;
}
