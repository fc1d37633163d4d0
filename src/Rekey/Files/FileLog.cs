using Microsoft.Extensions.Logging;

namespace Rekey.Files;

internal static partial class FileLog
{
    [LoggerMessage(300, LogLevel.Information, "{Directory} cannot be watched ({Reason}); changes in it are found by polling")]
    public static partial void NotWatched(ILogger logger, string directory, string reason);

    [LoggerMessage(301, LogLevel.Warning, "The watch of {Directory} faltered ({Reason}); changes in it are found by polling")]
    public static partial void WatchFaltered(ILogger logger, string directory, string reason);
}
