using System.Collections.Concurrent;
using Rekey.Aws;
using Rekey.Aws.Client;
using Rekey.Aws.Profiles;
using Rekey.Aws.Sso;
using Rekey.Cli.Configuration;
using Rekey.References;

namespace Rekey.Cli.Composition;

/// <summary>
/// The SSO sessions of this process and what stands on them: a session is kept once, however many profiles sign in through it. They
/// are made when somebody needs them.
/// </summary>
internal sealed class AwsIdentities : IDisposable
{
    private readonly CredentialParts _parts;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (BuiltCredential Built, SsoSessionSource Source)> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BuiltCredential> _identities = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _told = new(StringComparer.Ordinal);
    private readonly Lazy<HttpClient> _http = new(SsoSessionSource.CreateClient); // most servers have no session

    public AwsIdentities(CredentialParts parts)
    {
        _parts = parts;
        Files = AwsFiles.OfUser(parts.Environment);
    }

    /// <summary>Where the files of AWS are.</summary>
    public AwsFiles Files { get; }

    /// <summary>Takes in what is made after the others; set once they are all there.</summary>
    public Action<BuiltCredential> Made { get; set; } = static _ => { };

    /// <summary>One reading of the files, as they are now. What is wrong with them is told once.</summary>
    public AwsConfiguration Read()
    {
        var configuration = AwsConfiguration.Read(Files);
        foreach (var problem in configuration.Problems.Where(problem => _told.TryAdd(problem, 0)))
            CliLog.Configuration(_parts.Logger, problem);
        return configuration;
    }

    /// <summary>What a profile obtains: the keys of its role, or its session alone.</summary>
    public BuiltCredential Of(SsoProfile profile, AwsConfiguration configuration, CredentialConfiguration? configured = null)
    {
        lock (_gate)
        {
            if (_identities.TryGetValue(profile.Profile.Name, out var known))
                return known;
            var (session, source) = Session_NeedsLock(profile.Session, profile.Profile, configuration, configured);
            var identity = profile.Role is { } role
                ? RoleOf(role, session, profile, configuration, configured)
                : configured is null ? session : Named(configured, session, source);
            if (identity != session)
                Made(identity);
            return _identities[profile.Profile.Name] = identity;
        }
    }

    /// <summary>What stands for a configured profile that the files of AWS say nothing usable about.</summary>
    public BuiltCredential Unusable(CredentialConfiguration configured, CredentialError error)
    {
        var source = new UnusableSource<AwsSessionCredential>($"aws-sso:{configured.Profile}", error);
        var built = new BuiltCredential(new ManagedCredential<AwsSessionCredential>(_parts.Options(configured.Name, Words.AwsSsoKind, source) with
        {
            IsRequired = configured.IsRequired,
        }), Depth: 0);
        Made(built);
        return built;
    }

    /// <summary>A session by itself, for those who know no profile.</summary>
    public (BuiltCredential Built, SsoSessionSource Source) Of(SsoSession session, AwsConfiguration configuration)
    {
        lock (_gate)
            return Session_NeedsLock(session, profile: null, configuration, configured: null);
    }

    /// <summary>The SSO profile that a reference into AWS is read with, also through roles. Null where it is read with anything else.</summary>
    public BuiltCredential? Of(SecretReference reference)
    {
        if (reference.Scheme is not ("aws-sm" or "aws-ssm"))
            return null;
        var configuration = Read();
        var name = reference.Options.GetValueOrDefault("profile") ?? ProfileChain.NameIn(_parts.Environment, "default");
        return name is not null && ProfileChain.Of(configuration, name) is { Base: { IsSso: true } signsIn }
            ? Of(SsoProfile.Find(configuration, signsIn.Name), configuration)
            : null;
    }

    /// <summary>Ends the session that a profile signs in through, and says which one that was.</summary>
    public async Task<string> SignOutAsync(string profile, CancellationToken cancellationToken)
    {
        var configuration = Read();
        var session = SsoProfile.Find(configuration, ProfileChain.Of(configuration, profile)?.Base.Name ?? profile).Session;
        await Of(session, configuration).Source.SignOutAsync(configuration, cancellationToken).ConfigureAwait(false);
        return $"The session '{session.Label}' is ended.";
    }

    /// <summary>Ends every session of this user, and says how many there were.</summary>
    public async Task<string> SignOutAllAsync(CancellationToken cancellationToken)
    {
        var ended = await new SsoSignOut(Files, _parts.Environment, _http.Value)
        {
            Secrets = _parts.Secrets,
            Logger = _parts.Logger,
            Time = _parts.Time,
        }.AllAsync(Read(), cancellationToken).ConfigureAwait(false);
        return ended == 1 ? "1 session is ended." : $"{ended} sessions are ended.";
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
            _http.Value.Dispose();
    }

    private (BuiltCredential Built, SsoSessionSource Source) Session_NeedsLock(
        SsoSession session, AwsProfile? profile, AwsConfiguration configuration, CredentialConfiguration? configured)
    {
        if (_sessions.TryGetValue(session.Label, out var known))
            return known;
        var name = $"aws-sso:{session.Label}";
        var source = new SsoSessionSource(Options(name, session, profile, configuration, configured));
        var credential = new ManagedCredential<SsoToken>(_parts.Options(name, Words.AwsSsoKind, source) with
        {
            Verifier = source.VerifyAsync,
        });
        var built = new BuiltCredential(credential, Depth: 0);
        Made(built);
        return _sessions[session.Label] = (built, source);
    }

    // A session by the operator's name for it.
    private BuiltCredential Named(CredentialConfiguration configured, BuiltCredential session, SsoSessionSource source)
    {
        var parent = (ManagedCredential<SsoToken>)session.Credential;
        var derived = new DerivedSource<SsoToken, SsoToken>(source.Reference, parent, static token => token);
        return new BuiltCredential(new ManagedCredential<SsoToken>(_parts.Options(configured.Name, Words.AwsSsoKind, derived) with
        {
            Verifier = source.VerifyAsync,
            Parent = parent,
            ParentBond = ParentBond.Life,
            IsRequired = configured.IsRequired,
        }), session.Depth + 1);
    }

    private BuiltCredential RoleOf(
        SsoRole role, BuiltCredential session, SsoProfile profile, AwsConfiguration configuration, CredentialConfiguration? configured)
    {
        var name = configured?.Name ?? $"aws:{role.Profile}";
        var parent = (ManagedCredential<SsoToken>)session.Credential;
        var source = new SsoRoleSource(role, Options(name, profile.Session, profile.Profile, configuration, configured), parent);
        var credential = new ManagedCredential<AwsSessionCredential>(_parts.Options(name, Words.AwsSsoKind, source) with
        {
            Verifier = CallerIdentity.Verifier(profile.Session.Region, _parts.Environment, configuration, profile.Profile, _parts.Time),
            Parent = parent,
            // AWS lets keys of a role live to their own end, whatever becomes of the session.
            ParentBond = ParentBond.Access,
            IsRequired = configured?.IsRequired ?? false,
        });
        return new BuiltCredential(credential, session.Depth + 1);
    }

    private SsoSessionOptions Options(
        string credential, SsoSession session, AwsProfile? profile, AwsConfiguration configuration, CredentialConfiguration? configured) => new()
        {
            Credential = credential,
            Session = session,
            Endpoints = SsoEndpoints.For(session.Region, _parts.Environment, configuration, profile),
            Files = Files,
            Environment = _parts.Environment,
            Http = _http.Value,
            Secrets = _parts.Secrets,
            Flow = _parts.SignIn ?? configured?.SignIn ?? SignInFlow.Auto,
            RedirectPort = configured?.RedirectPort,
            Browser = _parts.Browser,
            Logger = _parts.Logger,
            Time = _parts.Time,
        };
}
