using Rekey.Environment;

namespace Rekey.Aws.Profiles;

/// <summary>What the environment and the profile in use say about the way to AWS. The environment counts more, as in every tool of AWS.</summary>
internal sealed class AwsSettings(IEnvironment environment, AwsConfiguration configuration, AwsProfile? profile)
{
    public string? EnvironmentRegion => Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION");

    public string? ProfileRegion => profile?.Region;

    public bool UsesFips => IsOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");

    public bool UsesDualStack => IsOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");

    /// <summary>The endpoint that stands in for AWS's own, if one does. <paramref name="service"/> is an id such as <c>Secrets Manager</c>.</summary>
    public Uri? EndpointOf(string service)
    {
        if (IsOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"))
            return null;
        var name = service.Replace(' ', '_');
        var text = Variable($"AWS_ENDPOINT_URL_{name.ToUpperInvariant()}") ?? Variable("AWS_ENDPOINT_URL") ?? OfService(name.ToLowerInvariant()) ?? profile?["endpoint_url"];
        return text is null ? null : Checked(text, service);
    }

    public string? Variable(string name) => environment.Get(name) is { Length: > 0 } value ? value : null;

    private Uri Checked(string text, string service)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw Invalid($"the one configured for {service} is no http or https URL");
        if (UsesFips || UsesDualStack)
            throw Invalid($"{service} has an endpoint of its own, which has no {(UsesFips ? "FIPS" : "dual-stack")} form");
        return endpoint;
    }

    private string? OfService(string service) =>
        profile?["services"] is { } name && configuration.Services(name) is { } services
            && services.Block(service).TryGetValue("endpoint_url", out var endpoint) && endpoint.Length > 0 ? endpoint : null;

    private bool IsOn(string variable, string key) =>
        "true".Equals(Variable(variable) ?? profile?[key], StringComparison.OrdinalIgnoreCase);

    private static AwsSetupException Invalid(string problem) => new(what => AwsErrors.EndpointInvalid(what, problem));
}
