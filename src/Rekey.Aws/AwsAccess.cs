using Rekey.Aws.Profiles;
using Rekey.Environment;

namespace Rekey.Aws;

/// <summary>Where AWS is asked, and as whom.</summary>
public sealed record AwsAccess
{
    /// <summary>Where variables such as <c>AWS_REGION</c> are read.</summary>
    public required IEnvironment Environment { get; init; }

    /// <summary>The region; null lets the name of the secret, the environment or the profile say it. It is never guessed.</summary>
    public string? Region { get; init; }

    /// <summary>The profile of the AWS configuration; null lets the environment choose.</summary>
    public string? Profile { get; init; }

    /// <summary>Where the AWS configuration is; null for the user's own.</summary>
    public AwsFiles? Files { get; init; }

    /// <summary>
    /// The keys of the SSO profile that signs, or that the profile's roles stand on, where Rekey keeps them alive itself; null for what
    /// the environment, the profile, the container or the machine has.
    /// </summary>
    public ManagedCredential<AwsSessionCredential>? Session { get; init; }

    /// <summary>Another address of the service; null for the one of AWS, or the one that the AWS configuration names.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Learns the keys that requests are signed with, before their first use.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
