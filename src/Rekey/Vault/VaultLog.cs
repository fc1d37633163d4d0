using Microsoft.Extensions.Logging;

namespace Rekey.Vault;

/// <summary>What is said to the log about Vault: names and codes. Never a value.</summary>
internal static partial class VaultLog
{
    [LoggerMessage(700, LogLevel.Warning, "{Source}: Vault no longer accepts the token of '{Credential}'")]
    public static partial void TokenDied(ILogger logger, string source, string credential);

    [LoggerMessage(701, LogLevel.Information, "{Source}: Vault does not extend the lease (HTTP {Status}); a new one is asked for")]
    public static partial void NotExtended(ILogger logger, string source, int status);

    [LoggerMessage(702, LogLevel.Information, "{Source}: opened the wrapped secret id")]
    public static partial void Unwrapped(ILogger logger, string source);

    [LoggerMessage(703, LogLevel.Warning, "{Source}: even a new token may not look itself up, so that its end cannot be told from a missing permission; give it the default policy")]
    public static partial void LooksUpInVain(ILogger logger, string source);
}
