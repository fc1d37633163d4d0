namespace Rekey.Aws.Sso;

/// <summary>Tells AWS's own pages from others: a page that asks for a sign-in is never taken on trust.</summary>
internal static class SignInPage
{
    private static readonly string[] Hosts =
    [
        "identitycenter.amazonaws.com", "identitycenter.amazonaws.com.cn", "identitycenter.amazonaws.eu", "identitycenter.us-gov.amazonaws.com",
    ];

    private static readonly string[] Domains =
    [
        ".app.aws", ".portal.amazonaws.com", ".portal.amazonaws.com.cn", ".app.amazonwebservices.com.cn", ".portal.amazonaws.eu",
        ".api.amazonwebservices.eu", ".awsapps.com", ".awsapps.cn",
    ];

    /// <summary>The page, if a human may be sent to it.</summary>
    public static Uri? Trusted(string address, string region, SsoEndpoints endpoints) =>
        Uri.TryCreate(address, UriKind.Absolute, out var page) && page.UserInfo.Length == 0
            && (IsOfAws(page, region) || IsOfEndpoint(page, endpoints)) ? page : null;

    private static bool IsOfAws(Uri page, string region)
    {
        if (page.Scheme != Uri.UriSchemeHttps || !page.IsDefaultPort)
            return false;
        var partition = AwsPartition.Of(region);
        return Hosts.Contains(page.IdnHost)
            || Domains.Any(domain => page.IdnHost.EndsWith(domain, StringComparison.Ordinal))
            || page.IdnHost == $"device.sso.{region}.{partition.DnsSuffix}"
            || page.IdnHost == $"device.sso.{region}.{partition.DualStackDnsSuffix}";
    }

    // The endpoint itself shows a page too. One that the operator named may be on this machine, for tests.
    private static bool IsOfEndpoint(Uri page, SsoEndpoints endpoints) =>
        page.Scheme == endpoints.Oidc.Scheme && page.Authority == endpoints.Oidc.Authority
        && (!endpoints.IsConfigured || page.IsLoopback);
}
