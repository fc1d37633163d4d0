using Microsoft.Extensions.Logging;

namespace Rekey.Cli.Stores;

internal static partial class StoreLog
{
    [LoggerMessage(420, LogLevel.Error, "{File} holds no session that can be read: it is set aside as {Aside} and no longer used")]
    public static partial void SetAside(ILogger logger, string file, string aside);
}
