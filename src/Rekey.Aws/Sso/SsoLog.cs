using Microsoft.Extensions.Logging;

namespace Rekey.Aws.Sso;

internal static partial class SsoLog
{
    [LoggerMessage(400, LogLevel.Warning, "The token of the SSO session {Session} could not be written to {Folder} ({Reason}): it stays in use here, and other tools do not see it")]
    public static partial void NotSaved(ILogger logger, string session, string folder, string reason);

    [LoggerMessage(401, LogLevel.Information, "The token of the SSO session {Session} could be written after all")]
    public static partial void SavedAfterAll(ILogger logger, string session);

    [LoggerMessage(402, LogLevel.Warning, "The clock of {Host} differs from this machine's by {Seconds:F0} s; signatures may be refused until the clock is right")]
    public static partial void ClockSkew(ILogger logger, string host, double seconds);

    [LoggerMessage(403, LogLevel.Information, "Refreshed the SSO session {Session}")]
    public static partial void Refreshed(ILogger logger, string session);

    [LoggerMessage(404, LogLevel.Information, "Another process refreshed the SSO session {Session}")]
    public static partial void RefreshedElsewhere(ILogger logger, string session);

    [LoggerMessage(405, LogLevel.Warning, "The SSO session {Session} could not be refreshed [{Code}]; its token still serves")]
    public static partial void StillServes(ILogger logger, string session, string code);

    [LoggerMessage(407, LogLevel.Information, "Another process signs in to the SSO session {Session}: its token will do")]
    public static partial void SignInElsewhere(ILogger logger, string session);

    [LoggerMessage(408, LogLevel.Information, "Signed in to the SSO session {Session}")]
    public static partial void SignedIn(ILogger logger, string session);

    [LoggerMessage(409, LogLevel.Information, "No browser could be opened; the page waits at its address")]
    public static partial void NoBrowser(ILogger logger);

    [LoggerMessage(410, LogLevel.Warning, "Signing out of the SSO session {Session} at its portal failed ({Reason}); its token is deleted here all the same")]
    public static partial void LogoutFailed(ILogger logger, string session, string reason);
}
