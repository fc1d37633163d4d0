using Microsoft.Extensions.Logging;

namespace Rekey;

/// <summary>What the lifecycle says to the log: names, codes, fingerprints. Never a value.</summary>
internal static partial class Log
{
    [LoggerMessage(121, LogLevel.Information, "{Credential}: obtained {Fingerprint} from {Source}")]
    public static partial void Obtained(ILogger logger, string credential, string fingerprint, string source);

    [LoggerMessage(100, LogLevel.Information, "{Credential}: refreshed to {Fingerprint} from {Source}", EventName = "secret_rotated")]
    public static partial void Refreshed(ILogger logger, string credential, string fingerprint, string source);

    [LoggerMessage(EventId = 101, Message = "{Credential}: {What} [{Code}] {Message}", EventName = "secret_rotation_failed")]
    public static partial void RefreshFailed(ILogger logger, LogLevel level, string credential, string what, string code, string message);

    [LoggerMessage(122, LogLevel.Information, "{Credential}: the lease of {Fingerprint} was extended", EventName = "credential_renewed")]
    public static partial void Renewed(ILogger logger, string credential, string fingerprint);

    [LoggerMessage(EventId = 123, Message = "{Credential}: {What} [{Code}] {Message}", EventName = "credential_renewal_failed")]
    public static partial void RenewalFailed(ILogger logger, LogLevel level, string credential, string what, string code, string message);

    [LoggerMessage(102, LogLevel.Warning, "{Credential}: the service refused {Fingerprint}")]
    public static partial void Rejected(ILogger logger, string credential, string fingerprint);

    [LoggerMessage(103, LogLevel.Warning, "{Credential}: {Consumer} is not ready for the new version ({Reason})")]
    public static partial void ConsumerNotReady(ILogger logger, string credential, string consumer, string reason);

    [LoggerMessage(104, LogLevel.Error, "{Credential}: undoing a preparation failed ({Reason})")]
    public static partial void AbortFailed(ILogger logger, string credential, string reason);

    [LoggerMessage(105, LogLevel.Information, "{Credential}: revoked {Fingerprint}")]
    public static partial void Revoked(ILogger logger, string credential, string fingerprint);

    [LoggerMessage(106, LogLevel.Warning, "{Credential}: could not revoke {Fingerprint} ({Reason}); its time to live ends it")]
    public static partial void RevokeFailed(ILogger logger, string credential, string fingerprint, string reason);

    [LoggerMessage(107, LogLevel.Information, "The clock jumped by {Seconds:F0} s: every credential is looked at again")]
    public static partial void ClockJumped(ILogger logger, double seconds);

    [LoggerMessage(110, LogLevel.Information, "{Credential}: attempt {Attempt} of {Most} to refresh the session")]
    public static partial void AttemptBegins(ILogger logger, string credential, int attempt, int most);

    [LoggerMessage(111, LogLevel.Warning, "{Credential}: attempt {Attempt} failed [{Code}] {Message} The next follows in {Seconds:F1} s")]
    public static partial void AttemptFailed(ILogger logger, string credential, int attempt, string code, string message, double seconds);

    [LoggerMessage(112, LogLevel.Warning, "{Credential}: attempt {Attempt} failed [{Code}] {Message}")]
    public static partial void LastAttemptFailed(ILogger logger, string credential, int attempt, string code, string message);

    [LoggerMessage(113, LogLevel.Information, "{Credential}: the session was refreshed at attempt {Attempt}, {Total} times in all")]
    public static partial void SessionRefreshed(ILogger logger, string credential, int attempt, long total);

    [LoggerMessage(114, LogLevel.Information, "{Credential}: somebody signed in")]
    public static partial void SignedIn(ILogger logger, string credential);

    [LoggerMessage(115, LogLevel.Warning, "{Credential}: the configured values are newer than the stored session, and the service refuses them [{Code}]: the stored session stays in use")]
    public static partial void ConfiguredRefused(ILogger logger, string credential, string code);

    [LoggerMessage(116, LogLevel.Warning, "{Credential}: the configured values cannot be used [{Code}] {Message} The stored session is used without them")]
    public static partial void ConfiguredMissing(ILogger logger, string credential, string code, string message);

    [LoggerMessage(117, LogLevel.Error, "{Credential}: the session could not be written [{Code}] {Message} It is kept in memory: a restart would lose it")]
    public static partial void SessionUnsaved(ILogger logger, string credential, string code, string message);

    [LoggerMessage(124, LogLevel.Error, "{Credential}: the store cannot be used [{Code}] {Message} The configured session is used without it")]
    public static partial void WithoutStore(ILogger logger, string credential, string code, string message);

    [LoggerMessage(118, LogLevel.Information, "{Credential}: the session of another process is used")]
    public static partial void SessionOfAnother(ILogger logger, string credential);

    [LoggerMessage(119, LogLevel.Information, "{Credential}: the session was taken over from {Origin}")]
    public static partial void SessionBegun(ILogger logger, string credential, string origin);

    [LoggerMessage(120, LogLevel.Warning, "{Credential}: the session is not refreshed yet [{Code}]; what is stored still serves")]
    public static partial void StoredStillServes(ILogger logger, string credential, string code);

    [LoggerMessage(108, LogLevel.Error, "Refreshing what is due failed ({Reason}); the loop goes on")]
    public static partial void LoopFailed(ILogger logger, string reason);
}
