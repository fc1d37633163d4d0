using Amazon.Runtime;
using Rekey.Aws.Profiles;

namespace Rekey.Aws.Identity;

/// <summary>What the place itself signs with, where no profile says it: the environment, the container, the machine.</summary>
internal sealed class ChainCredentials(AwsSettings settings, SecurityTokens tokens, KeyRegistry registry, TimeProvider time)
{
    private const string KeyId = "AWS_ACCESS_KEY_ID";
    private const string Key = "AWS_SECRET_ACCESS_KEY";
    private const string TokenFile = "AWS_WEB_IDENTITY_TOKEN_FILE";
    private const string Role = "AWS_ROLE_ARN";

    public bool HasKeys => settings.Variable(KeyId) is not null && settings.Variable(Key) is not null;

    public bool HasWebIdentity => settings.Variable(TokenFile) is not null && settings.Variable(Role) is not null;

    public bool HasContainer =>
        (settings.Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ?? settings.Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI")) is not null;

    /// <summary>By the words of <c>credential_source</c>; null when it is none of them.</summary>
    public AWSCredentials? Named(string source) => source switch
    {
        "Environment" => HasKeys ? Keys() : throw new AwsSetupException(AwsErrors.NoIdentity),
        "EcsContainer" => Container(),
        "Ec2InstanceMetadata" => Machine(),
        _ => null,
    };

    public AWSCredentials Keys()
    {
        var (id, key) = (settings.Variable(KeyId)!, settings.Variable(Key)!);
        return settings.Variable("AWS_SESSION_TOKEN") is { } token ? new SessionAWSCredentials(id, key, token) : new BasicAWSCredentials(id, key);
    }

    public AWSCredentials WebIdentity() => new WebIdentityCredentials(
        settings.Variable(Role)!, settings.Variable(TokenFile)!, settings.Variable("AWS_ROLE_SESSION_NAME") ?? "rekey", tokens, registry, time);

    public AWSCredentials Container()
    {
        if (settings.Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") is { } token)
            registry.Learn("container_token", token);
        try
        {
            return new GenericContainerCredentials();
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException)
        {
            throw new AwsSetupException(what => AwsErrors.EndpointInvalid(what, "the credential endpoint of the container is neither https nor on this machine"));
        }
    }

    public AWSCredentials Machine() => new MachineCredentials(settings, registry, time);
}
