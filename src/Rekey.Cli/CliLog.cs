using Microsoft.Extensions.Logging;

namespace Rekey.Cli;

/// <summary>What the executable says to the log.</summary>
internal static partial class CliLog
{
    [LoggerMessage(400, LogLevel.Warning, "{Warning}")]
    public static partial void Configuration(ILogger logger, string warning);

    [LoggerMessage(401, LogLevel.Information, "{Count} credential(s) configured by {Origin}")]
    public static partial void Configured(ILogger logger, int count, string origin);

    [LoggerMessage(402, LogLevel.Warning, "'rekey refresh' cannot reach this server ({Reason}); everything else works")]
    public static partial void NoControl(ILogger logger, string reason);

    [LoggerMessage(403, LogLevel.Debug, "A request of 'rekey refresh' ended early ({Reason})")]
    public static partial void ControlFailed(ILogger logger, string reason);

    [LoggerMessage(404, LogLevel.Information, "Hang-up: looking at every source again")]
    public static partial void HangUp(ILogger logger);

    [LoggerMessage(405, LogLevel.Warning, "The document '{Document}' is no JSON object: it has no fields to make credentials of")]
    public static partial void NoFields(ILogger logger, string document);

    [LoggerMessage(406, LogLevel.Warning, "A field of the document '{Document}' has a name that no credential can have ({Rule})")]
    public static partial void FieldWithoutName(ILogger logger, string document, string rule);

    [LoggerMessage(408, LogLevel.Warning, "{Credential}: the session in {Path} is of another workspace and is not taken over")]
    public static partial void ImportOfAnotherWorkspace(ILogger logger, string credential, string path);

    [LoggerMessage(EventId = 409, Message = "Credentials: {Credentials}", EventName = "config_loaded")]
    public static partial void ConfigLoaded(ILogger logger, LogLevel level, string credentials);

    [LoggerMessage(410, LogLevel.Warning, "{Warning}")]
    public static partial void Redaction(ILogger logger, string warning);

    [LoggerMessage(411, LogLevel.Warning, "No secret is known: only what looks like one is hidden. Name secrets with --env, or in rekey.json")]
    public static partial void NothingKnown(ILogger logger);

    [LoggerMessage(407, LogLevel.Warning, "A field of the document '{Document}' has the name of another credential, '{Field}': it makes none")]
    public static partial void FieldWithTakenName(ILogger logger, string document, string field);
}
