using Azure.Core;

namespace Rekey.Azure;

/// <summary>As whom Azure is asked.</summary>
public sealed record AzureAccess
{
    /// <summary>Who asks; null for the first identity that the environment, the machine or a tool has in which somebody signed in.</summary>
    public TokenCredential? Identity { get; init; }

    /// <summary>Learns the tokens that Azure is asked with, before their first use.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>The clock that the end of a secret is held against. The SDK times its calls and its tokens by the clock of the system.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How requests travel; null for the usual way.</summary>
    internal HttpMessageHandler? Handler { get; init; }

    /// <summary>How long one request may take, within the time that the lifecycle gives the whole.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(8);
}
