using Microsoft.Extensions.Logging;

namespace Rekey.Files;

internal static partial class FileLog
{
    [LoggerMessage(300, LogLevel.Information, "{Directory} cannot be watched ({Reason}); changes in it are found by polling until it can")]
    public static partial void NotWatched(ILogger logger, string directory, string reason);

    [LoggerMessage(301, LogLevel.Warning, "A look for changes failed ({Reason}); it is repeated")]
    public static partial void LookFailed(ILogger logger, string reason);
}
