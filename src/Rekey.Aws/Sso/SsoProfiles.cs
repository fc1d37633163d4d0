using Rekey.Aws.Profiles;

namespace Rekey.Aws.Sso;

/// <summary>The profiles of a configuration that sign in through SSO, and the sessions behind them.</summary>
public sealed class SsoProfiles
{
    private readonly List<(string Profile, SsoSession Session)> _profiles = [];
    private readonly List<SsoSession> _sessions = [];

    /// <summary>Collects them. A profile that cannot be used is left out; who names it is told why.</summary>
    public SsoProfiles(AwsConfiguration configuration)
    {
        Configuration = configuration;
        foreach (var name in configuration.ProfileNames.Where(name => configuration.Profile(name)!.IsSso))
        {
            if (Usable(() => SsoProfile.Find(configuration, name).Session) is { } session)
                _profiles.Add((name, session));
        }
        var named = configuration.SessionNames.Select(name => Usable(() => SsoProfile.FindSession(configuration, name))).OfType<SsoSession>();
        _sessions.AddRange(_profiles.Select(static p => p.Session).Concat(named).DistinctBy(static s => s.Label));
    }

    /// <summary>What was collected from.</summary>
    public AwsConfiguration Configuration { get; }

    /// <summary>The names of the profiles, the most recently used first.</summary>
    public IReadOnlyList<string> Names => [.. _profiles.OrderByDescending(p => UsedAt(p.Session)).Select(static p => p.Profile)];

    /// <summary>Whether there is anything to sign in to, be it without a profile.</summary>
    public bool HasSessions => _sessions.Count > 0;

    /// <summary>The profiles that sign in to a session.</summary>
    public IReadOnlyList<string> Of(SsoSession session) => [.. _profiles.Where(p => p.Session.Label == session.Label).Select(static p => p.Profile)];

    /// <summary>The session that is meant when nobody names one: the only one that is configured, else the only one that was ever used here.</summary>
    public SsoSession? OnlySession() => _sessions is [var only] ? only
        : _sessions.Where(session => UsedAt(session) > DateTime.MinValue).ToList() is [var used] ? used
        : null;

    // When its token was last written; the file system says an instant long ago for a file that is not there.
    private DateTime UsedAt(SsoSession session)
    {
        var file = new FileInfo(Path.Combine(Configuration.Files.SsoCache, CacheKey.OfToken(session) + ".json"));
        return file.Exists ? file.LastWriteTimeUtc : DateTime.MinValue;
    }

    private static SsoSession? Usable(Func<SsoSession> find)
    {
        try
        {
            return find();
        }
        catch (CredentialException)
        {
            return null;
        }
    }
}
