using Amazon.Runtime;
using Rekey.Aws.Profiles;

namespace Rekey.Aws.Identity;

/// <summary>As whom requests are signed. It reads the environment and the AWS files once; after a refusal another one is made.</summary>
internal sealed class AwsIdentity
{
    private readonly AwsAccess _access;
    private readonly string? _profileName;
    private readonly AwsConfiguration _configuration;

    public AwsIdentity(AwsAccess access)
    {
        _access = access;
        _configuration = AwsConfiguration.Read(access.Files ?? AwsFiles.OfUser(access.Environment));
        _profileName = access.Profile ?? Variable("AWS_PROFILE") ?? Variable("AWS_DEFAULT_PROFILE");
        Settings = new AwsSettings(access.Environment, _configuration, Profile);
    }

    public AwsSettings Settings { get; }

    /// <summary>The profile in use, or the one called default.</summary>
    private AwsProfile? Profile => _configuration.Profile(_profileName ?? "default");

    /// <summary>
    /// What signs, and how an operator calls it. Keys and web identities that the environment itself holds come before its profile, and a
    /// profile that a reference names comes before everything.
    /// </summary>
    public NamedCredentials Find(string region, HttpClientFactory http)
    {
        var leased = _access.Session is { } session ? new LeasedCredentials(session) : null;
        if (leased is not null && Profile?.RoleArn is null)
            return new(leased, $"the session '{_access.Session!.Name}'", SignInAgain) { Session = leased };
        var (registry, tokens) = (new KeyRegistry(_access.Secrets), new SecurityTokens(Settings, region, http));
        var chain = new ChainCredentials(Settings, tokens, registry, _access.Time);
        if (leased is not null)
            return new(ProfileCredentials(leased).Of(Profile!)!, $"the profile '{Profile!.Name}'", SignInAgain) { Session = leased };
        if (_access.Profile is null && chain.HasKeys)
            return new(chain.Keys(), "the keys in the environment", "Renew them and restart the server, whose environment cannot change. Keys in a profile (AWS_PROFILE) are noticed without a restart.");
        if (_access.Profile is null && chain.HasWebIdentity)
            return new(chain.WebIdentity(), "the web identity in the environment", $"Check that the token in AWS_WEB_IDENTITY_TOKEN_FILE is renewed and that the role trusts it. {Noticed}");
        if (_profileName is { } name && Profile is null)
            throw new AwsSetupException(what => AwsErrors.ProfileNotFound(what, name));
        if (Profile is { } profile && ProfileCredentials(null).Of(profile) is { } ofProfile)
            return new(ofProfile, $"the profile '{profile.Name}'", $"Sign in again or renew the keys of the profile '{profile.Name}'. {Noticed}");
        return chain.HasContainer
            ? new(chain.Container(), "the role of this container", $"Check the role of the task and the credential endpoint of the container. {Noticed}")
            : new(chain.Machine(), "the role of this machine", $"Check the role of the instance. {Noticed}");

        ProfileCredentials ProfileCredentials(LeasedCredentials? ofSession) => new(_configuration, chain, tokens, registry, _access.Time, ofSession);
    }

    private const string Noticed = "Then call refresh_secret, or wait: no restart is needed.";

    private string SignInAgain => $"Sign in again: the tool refresh_aws_sso_token, or rekey login, for '{_access.Session!.Name}'. {Noticed}";

    private string? Variable(string name) => _access.Environment.Get(name) is { Length: > 0 } value ? value : null;
}

/// <summary>Credentials with their name and what makes them valid again.</summary>
internal sealed record NamedCredentials(AWSCredentials Credentials, string Name, string Repair)
{
    /// <summary>The session of ours that they are, or that their roles stand on.</summary>
    public LeasedCredentials? Session { get; init; }

    /// <summary>The lease that AWS refused: the session's own, unless it was a role's that stands on it.</summary>
    public Lease<AwsSessionCredential>? RefusedLease(bool atSignIn) => atSignIn || Credentials == Session ? Session?.Used : null;
}
