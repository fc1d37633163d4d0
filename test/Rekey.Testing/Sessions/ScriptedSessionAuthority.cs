using System.Collections.Concurrent;

namespace Rekey.Testing.Sessions;

/// <summary>An authority of sessions: each has a token for services and a key that refreshes it, for one use or for many.</summary>
public sealed class ScriptedSessionAuthority(TimeProvider time, bool isSingleUse) : SessionAuthority<SecretDocument>
{
    private readonly ConcurrentDictionary<string, byte> _tokens = new();
    private readonly ConcurrentDictionary<string, byte> _keys = new();
    private int _refreshes;
    private int _verifications;
    private int _counter;

    public override string Reference => "scripted:session";

    public override string Identity => Name;

    /// <summary>Whose sessions these are.</summary>
    public string Name { get; set; } = "scripted";

    /// <summary>Answers a refresh with what it was made with.</summary>
    public bool IssuesTheSame { get; set; }

    public override bool NeedsConfigured => false;

    public override bool SpendsWhatItRefreshes => isSingleUse;

    public TimeSpan? Life { get; set; }

    public TimeSpan? Interval { get; set; }

    public bool CanVerify { get; set; } = true;

    public CredentialError? Fixed { get; set; }

    /// <summary>Answers each exchange that has been granted: throw here, and the answer is lost.</summary>
    public Func<int, Task>? AfterGrant { get; set; }

    /// <summary>Comes before each exchange: throw here, and nothing has happened.</summary>
    public Func<int, Task>? BeforeGrant { get; set; }

    public Func<Verification?>? OnVerify { get; set; }

    public bool GrantsRefusedTokens { get; set; }

    public int Refreshes => Volatile.Read(ref _refreshes);

    public int Verifications => Volatile.Read(ref _verifications);

    /// <summary>Spent keys that were shown again: at a strict authority each would have ended the session.</summary>
    public int Reuses { get; private set; }

    /// <summary>What somebody who has signed in elsewhere brings along.</summary>
    public SecretDocument Begin(Func<string, Secret> plant)
    {
        var (token, key) = Make();
        return SecretDocument.FromFields([new("token", plant(token)), new("key", plant(key))]);
    }

    public void End(SecretDocument credential) => EndToken(credential.Field("token")!.Value);

    public void EndToken(Secret token) => _tokens.TryRemove(token.Reveal(), out _);

    public void EndSessions()
    {
        _tokens.Clear();
        _keys.Clear();
    }

    public override SessionState? Begin(SecretDocument configured) =>
        !configured.TryGetFields(out var fields) || fields.Count == 0 ? null
        : !fields.ContainsKey("typo") ? new SessionState { Fields = fields }
        : throw new CredentialException(CredentialErrors.SecretInvalid(Reference, "typo: has no form"));

    public override SecretDocument? Present(SessionState state) =>
        state["token"] is null || state.ExpiresAt <= time.GetUtcNow() ? null : SecretDocument.FromFields(state.Fields);

    public override CredentialError? WhyNotRefreshable(SessionState state) => Fixed;

    public override async Task<SessionState> RefreshAsync(SessionState state, SecretDocument configured, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _refreshes);
        if (BeforeGrant is { } before)
            await before(number);
        var key = state["key"]?.Reveal() ?? string.Empty;
        if (!(isSingleUse ? _keys.TryRemove(key, out _) : _keys.ContainsKey(key)))
        {
            Reuses++;
            throw new CredentialException(SessionErrors.Revoked("The session is over.", "Begin another."));
        }
        var (token, next) = IssuesTheSame ? (state["token"]!.Value.Reveal(), key) : Make();
        if (GrantsRefusedTokens)
            _tokens.TryRemove(token, out _);
        if (AfterGrant is { } after)
            await after(number);
        return new SessionState
        {
            Fields = new Dictionary<string, Secret> { ["token"] = new(token), ["key"] = new(isSingleUse ? next : key) },
            ExpiresAt = Life is { } life ? time.GetUtcNow() + life : null,
        };
    }

    public override ValueTask<Verification?> VerifyAsync(SecretDocument credential, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _verifications);
        if (OnVerify?.Invoke() is { } scripted)
            return new(scripted);
        return new(!CanVerify ? null : _tokens.ContainsKey(credential.Field("token")!.Value.Reveal()) ? Verification.Accepted
            : Verification.Refused(SessionErrors.Revoked("The service refuses the token.", "Begin another.")));
    }

    public override DateTimeOffset? DueAt(SessionState state) =>
        Interval is { } each ? (state.RefreshedAt is { } at && at <= time.GetUtcNow() ? at + each : DateTimeOffset.MinValue) : null;

    private (string Token, string Key) Make()
    {
        var number = Interlocked.Increment(ref _counter);
        var (token, key) = ($"session-token-{number}-{Guid.NewGuid():N}", $"session-key-{number}-{Guid.NewGuid():N}");
        _tokens[token] = 0;
        _keys[key] = 0;
        return (token, key);
    }
}
