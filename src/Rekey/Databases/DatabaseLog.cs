using Microsoft.Extensions.Logging;

namespace Rekey.Databases;

internal static partial class DatabaseLog
{
    [LoggerMessage(200, LogLevel.Information, "{Credential}: opened {Opened} of {Wanted} connections ahead; the rest follow when needed")]
    public static partial void WarmedPartly(ILogger logger, string credential, int opened, int wanted);

    [LoggerMessage(201, LogLevel.Warning, "{Credential}: an old pool is not drained; {Count} connections are out, the oldest for {Seconds:F0} s")]
    public static partial void SlowDrain(ILogger logger, string credential, int count, double seconds);

    [LoggerMessage(202, LogLevel.Warning, "{Credential}: closed {Count} connections of an old pool by force")]
    public static partial void ForcedClose(ILogger logger, string credential, int count);
}
