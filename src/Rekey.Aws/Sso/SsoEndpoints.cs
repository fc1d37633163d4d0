using Rekey.Aws.Profiles;
using Rekey.Environment;

namespace Rekey.Aws.Sso;

/// <summary>Where a session is signed in to and where its roles are handed out.</summary>
public sealed record SsoEndpoints
{
    private SsoEndpoints(Uri oidc, Uri portal, bool isConfigured)
    {
        Oidc = oidc;
        Portal = portal;
        IsConfigured = isConfigured;
    }

    /// <summary>The service that registers clients and grants tokens.</summary>
    public Uri Oidc { get; }

    /// <summary>The service that hands out credentials of roles.</summary>
    public Uri Portal { get; }

    /// <summary>Whether the first is not AWS's own, but one that the operator named.</summary>
    internal bool IsConfigured { get; }

    /// <summary>
    /// The endpoints of a region, or what the environment or the profile puts in their place. Throws <see cref="CredentialException"/>
    /// when what is configured contradicts itself.
    /// </summary>
    public static SsoEndpoints For(string region, IEnvironment environment, AwsConfiguration configuration, AwsProfile? profile = null)
    {
        var settings = new AwsSettings(environment, configuration, profile);
        try
        {
            var oidc = Configured("SSO OIDC", settings);
            var portal = Configured("SSO", settings);
            return new SsoEndpoints(
                oidc ?? Standard("oidc", region, settings), portal ?? Standard("portal.sso", region, settings), oidc is not null);
        }
        catch (AwsSetupException e)
        {
            throw new CredentialException(e.ErrorFor("tokens of AWS SSO"));
        }
    }

    // Tokens travel in the clear to nobody but this machine.
    private static Uri? Configured(string service, AwsSettings settings) => settings.EndpointOf(service) switch
    {
        { Scheme: "http", IsLoopback: false } => throw Invalid($"the one configured for {service} is neither https nor http on this machine"),
        var endpoint => endpoint,
    };

    private static Uri Standard(string service, string region, AwsSettings settings)
    {
        if (region.Length > 63 || !region.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw Invalid("the region of the session is no name of a region");
        var partition = AwsPartition.Of(region);
        var domain = settings.UsesDualStack ? partition.DualStackDnsSuffix : partition.DnsSuffix;
        // The government's endpoints are FIPS endpoints already and carry no mark of it, except beside dual stack.
        var mark = settings.UsesFips && (partition.Name != "aws-us-gov" || settings.UsesDualStack) ? "-fips" : "";
        return new Uri($"https://{service}{mark}.{region}.{domain}");
    }

    private static AwsSetupException Invalid(string problem) => new(what => AwsErrors.EndpointInvalid(what, problem));
}
