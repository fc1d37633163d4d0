using System.Globalization;
using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Rekey.Aws.Profiles;

namespace Rekey.Aws.Identity;

/// <summary>What a profile signs with, through all the profiles that it stands on. Where it says several things, the order is the AWS CLI's.</summary>
internal sealed class ProfileCredentials(AwsConfiguration configuration, ChainCredentials chain, SecurityTokens tokens, KeyRegistry registry, TimeProvider time, LeasedCredentials? session)
{
    private const string DefaultSession = "rekey";

    /// <summary>Null when the profile says nothing about credentials: then the chain goes on.</summary>
    public AWSCredentials? Of(AwsProfile profile) => Of(profile, [profile.Name]);

    private AWSCredentials? Of(AwsProfile profile, IReadOnlyList<string> path) => profile switch
    {
        { RoleArn: { } role } when profile["web_identity_token_file"] is { } file =>
            new WebIdentityCredentials(role, file, profile["role_session_name"] ?? DefaultSession, tokens, registry, time),
        { RoleArn: { } role } => new RoleCredentials(RequestOf(profile, role), SourceOf(profile, path), tokens, registry, time),
        { IsSso: true } => session ?? throw Invalid(profile, "it signs in through SSO and names no role (sso_account_id and sso_role_name) to obtain keys of, or has done so only since this process started"),
        _ => Keys(profile) ?? Command(profile),
    };

    private AWSCredentials SourceOf(AwsProfile profile, IReadOnlyList<string> path)
    {
        if (profile.SourceProfile is not { } name)
            return profile["credential_source"] is { } source ? chain.Named(source) ?? throw Invalid(profile, "its credential_source is none of Environment, EcsContainer and Ec2InstanceMetadata") : throw Invalid(profile, "its role_arn needs a source_profile or a credential_source");
        // A profile may assume its role with keys of its own.
        if (name == profile.Name)
            return Keys(profile) ?? throw Invalid(profile, "it is its own source_profile and has no keys");
        if (path.Contains(name))
            throw Invalid(profile, $"its source_profile '{name}' leads back to it");
        var next = configuration.Profile(name) ?? throw Invalid(profile, $"there is no profile '{name}', which is its source_profile");
        return Of(next, [.. path, name]) ?? throw Invalid(profile, $"its source_profile '{name}' has no credentials");
    }

    private static AssumeRoleRequest RequestOf(AwsProfile profile, string role)
    {
        if (profile["mfa_serial"] is not null)
            throw Invalid(profile, "its role asks for the code of a device (mfa_serial), which nobody can type here");
        var request = new AssumeRoleRequest { RoleArn = role, RoleSessionName = profile["role_session_name"] ?? DefaultSession, ExternalId = profile["external_id"] };
        if (profile["duration_seconds"] is { } seconds)
        {
            request.DurationSeconds = int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var duration)
                ? duration
                : throw Invalid(profile, "its duration_seconds is no number");
        }
        return request;
    }

    private static AWSCredentials? Keys(AwsProfile profile) => (profile["aws_access_key_id"], profile["aws_secret_access_key"]) switch
    {
        (null, null) => null,
        (null, _) => throw Invalid(profile, "it has an aws_secret_access_key and no aws_access_key_id"),
        (_, null) => throw Invalid(profile, "it has an aws_access_key_id and no aws_secret_access_key"),
        var (id, key) when profile["aws_session_token"] is { } token => new SessionAWSCredentials(id, key, token),
        var (id, key) => new BasicAWSCredentials(id, key),
    };

    private static ProcessAWSCredentials? Command(AwsProfile profile) =>
        profile["credential_process"] is { } command ? new ProcessAWSCredentials(command) : null;

    private static AwsSetupException Invalid(AwsProfile profile, string problem) => new(what => AwsErrors.ProfileInvalid(what, profile.Name, problem));
}
