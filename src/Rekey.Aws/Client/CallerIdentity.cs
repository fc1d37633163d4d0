using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Rekey.Aws.Identity;
using Rekey.Aws.Profiles;
using Rekey.Environment;

namespace Rekey.Aws.Client;

/// <summary>Proves keys by asking AWS whose they are, which everybody may ask.</summary>
public static class CallerIdentity
{
    /// <summary>Makes the verifier. The keys' own region is asked, or else <paramref name="region"/>, at the endpoint that is configured.</summary>
    public static CredentialVerifier<AwsSessionCredential> Verifier(
        string region, IEnvironment environment, AwsConfiguration configuration, AwsProfile? profile, TimeProvider time) => async (keys, cancellationToken) =>
    {
        using var transport = new AwsTransport(time);
        try
        {
            using var client = new SecurityTokens(new AwsSettings(environment, configuration, profile), keys.Region ?? region, transport).ClientOf(CredentialsOf(keys));
            await client.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken).ConfigureAwait(false);
            return Verification.Accepted;
        }
        catch (AwsSetupException e)
        {
            return Verification.Indeterminate(e.ErrorFor("the identity of a session"));
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

    private static AWSCredentials CredentialsOf(AwsSessionCredential keys) => keys.SessionToken.IsEmpty
        ? new BasicAWSCredentials(keys.AccessKeyId.Reveal(), keys.SecretAccessKey.Reveal())
        : new SessionAWSCredentials(keys.AccessKeyId.Reveal(), keys.SecretAccessKey.Reveal(), keys.SessionToken.Reveal());
}
