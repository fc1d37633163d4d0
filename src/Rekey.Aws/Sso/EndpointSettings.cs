using Rekey.Aws.Profiles;
using Rekey.Environment;

namespace Rekey.Aws.Sso;

/// <summary>What environment and profile say about endpoints. The first that says something counts: a variable before the profile.</summary>
internal sealed class EndpointSettings(IEnvironment environment, AwsConfiguration configuration, AwsProfile? profile)
{
    public bool UsesFips => IsOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");

    public bool UsesDualStack => IsOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");

    /// <summary>The endpoint that stands in for AWS's own, if one does.</summary>
    public Uri? Override(string service)
    {
        if (IsOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
            return null;
        var text = Variable($"AWS_ENDPOINT_URL_{service}") ?? Variable("AWS_ENDPOINT_URL") ?? OfService(service) ?? profile?["endpoint_url"];
        if (text is null)
            return null;
        if (UsesFips || UsesDualStack)
            throw new CredentialException(SsoErrors.EndpointInvalid("an endpoint of one's own excludes FIPS and dual stack"));
        // Tokens travel in the clear to nobody but this machine.
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || (endpoint.Scheme != Uri.UriSchemeHttps && !(endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback)))
            throw new CredentialException(SsoErrors.EndpointInvalid($"the endpoint URL configured for {service} is neither https nor http on this machine"));
        return endpoint;
    }

    private string? OfService(string service) =>
        profile?["services"] is { } name && configuration.Services(name) is { } services
            && services.Block(service.ToLowerInvariant()).TryGetValue("endpoint_url", out var endpoint) ? endpoint : null;

    private bool IsOn(string variable, string key) =>
        "true".Equals(Variable(variable) ?? profile?[key], StringComparison.OrdinalIgnoreCase);

    private string? Variable(string name) => environment.Get(name) is { Length: > 0 } value ? value : null;
}
