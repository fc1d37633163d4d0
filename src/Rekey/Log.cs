using Microsoft.Extensions.Logging;

namespace Rekey;

/// <summary>What the lifecycle says to the log: names, codes, fingerprints. Never a value.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "{Credential}: refreshed to {Fingerprint} from {Source}")]
    public static partial void Refreshed(ILogger logger, string credential, string fingerprint, string source);

    [LoggerMessage(101, LogLevel.Warning, "{Credential}: refresh failed [{Code}] {Message}")]
    public static partial void RefreshFailed(ILogger logger, string credential, string code, string message);

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

    [LoggerMessage(108, LogLevel.Error, "Refreshing what is due failed ({Reason}); the loop goes on")]
    public static partial void LoopFailed(ILogger logger, string reason);
}
