using Microsoft.Extensions.Logging;

namespace Rekey.OAuth;

/// <summary>What OAuth sessions say to the log: names and codes. Never a value.</summary>
internal static partial class OAuthLog
{
    [LoggerMessage(600, LogLevel.Information, "{Authority}: read the discovery document")]
    public static partial void Discovered(ILogger logger, string authority);

    [LoggerMessage(601, LogLevel.Warning, "{Authority}: the refresh token is one that was refused before and is not presented again")]
    public static partial void NotPresentedAgain(ILogger logger, string authority);

    [LoggerMessage(602, LogLevel.Information, "{Authority}: the sign-in goes on in spite of trouble on the way ({Kind})")]
    public static partial void SignInGoesOn(ILogger logger, string authority, string kind);

    [LoggerMessage(603, LogLevel.Information, "{Authority}: signed in")]
    public static partial void SignedIn(ILogger logger, string authority);
}
