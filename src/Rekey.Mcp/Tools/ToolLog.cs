using Microsoft.Extensions.Logging;

namespace Rekey.Mcp.Tools;

internal static partial class ToolLog
{
    [LoggerMessage(300, LogLevel.Error, "{Tool}: an unexpected {Type} ended the call")]
    public static partial void Unexpected(ILogger logger, string tool, string type);

    [LoggerMessage(301, LogLevel.Error, "Hiding secrets in an outgoing message failed ({Type}); the message was replaced")]
    public static partial void RedactionFailed(ILogger logger, string type);

    [LoggerMessage(302, LogLevel.Warning, "{Credential}: {Code} while a tool read the database")]
    public static partial void DatabaseFailed(ILogger logger, string credential, string code);
}
