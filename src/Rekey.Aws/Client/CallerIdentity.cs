using Amazon;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Rekey.Environment;

namespace Rekey.Aws.Client;

/// <summary>Proves keys by asking AWS whose they are, which everybody may ask.</summary>
public static class CallerIdentity
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly string[] EndpointVariables = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"];

    /// <summary>Makes the verifier. The keys' own region is asked, or else <paramref name="region"/>.</summary>
    public static CredentialVerifier<AwsSessionCredential> Verifier(string region, IEnvironment environment, TimeProvider time) => async (keys, cancellationToken) =>
    {
        using var transport = new AwsTransport(time);
        var configuration = new AmazonSecurityTokenServiceConfig
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(keys.Region ?? region),
            HttpClientFactory = transport,
            MaxErrorRetry = 1,
            Timeout = Limit,
        };
        if (EndpointIn(environment) is { } endpoint)
        {
            configuration.ServiceURL = endpoint;
            configuration.AuthenticationRegion = keys.Region ?? region;
        }
        using var client = new AmazonSecurityTokenServiceClient(CredentialsOf(keys), configuration);
        try
        {
            await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken).ConfigureAwait(false);
            return Verification.Accepted;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            return AwsFailures.Of(e, transport.Skew) switch
            {
                AwsFailure.IdentityRefused => Verification.Refused(),
                // Whoever is told that they may not ask has been recognised.
                AwsFailure.AccessDenied => Verification.Accepted,
                _ => Verification.Indeterminate(),
            };
        }
    };

    private static string? EndpointIn(IEnvironment environment) =>
        EndpointVariables.Select(environment.Get).FirstOrDefault(static url => !string.IsNullOrEmpty(url));

    private static AWSCredentials CredentialsOf(AwsSessionCredential keys) => keys.SessionToken.IsEmpty
        ? new BasicAWSCredentials(keys.AccessKeyId.Reveal(), keys.SecretAccessKey.Reveal())
        : new SessionAWSCredentials(keys.AccessKeyId.Reveal(), keys.SecretAccessKey.Reveal(), keys.SessionToken.Reveal());
}
