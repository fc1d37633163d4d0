using Microsoft.Extensions.Logging;

namespace Rekey.Slack;

internal static partial class SlackLog
{
    [LoggerMessage(500, LogLevel.Debug, "{Reference} issued a newer cookie")]
    public static partial void CookieIssued(ILogger logger, string reference);
}
