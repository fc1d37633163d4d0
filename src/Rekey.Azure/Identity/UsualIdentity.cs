using Azure.Core;
using Azure.Identity;

namespace Rekey.Azure.Identity;

/// <summary>Who asks where nobody says it.</summary>
internal static class UsualIdentity
{
    // Tools that print a token start slowly, and two of them may be asked within one fetch.
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Variables, a workload, a managed identity, then the tools of a developer. A browser, a broker and what editors keep are left
    /// out: a server asks nobody anything by itself. The SDK reads the variables of the process.
    /// </summary>
    public static TokenCredential Create() => new DefaultAzureCredential(new DefaultAzureCredentialOptions
    {
        ExcludeInteractiveBrowserCredential = true,
        ExcludeBrokerCredential = true,
        ExcludeVisualStudioCredential = true,
        ExcludeVisualStudioCodeCredential = true,
        CredentialProcessTimeout = ToolLimit,
        Retry = { MaxRetries = 1, MaxDelay = TimeSpan.FromSeconds(1), NetworkTimeout = ToolLimit },
        Diagnostics = { IsLoggingEnabled = false, IsDistributedTracingEnabled = false, IsAccountIdentifierLoggingEnabled = false },
    });
}
