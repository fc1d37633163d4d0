using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey.Slack;

/// <summary>What the authority of one Slack credential is made of.</summary>
public sealed record SlackOptions
{
    /// <summary>The credential that the authority belongs to: its secrets are registered under this name.</summary>
    public required string Credential { get; init; }

    /// <summary>The workspace, as <see cref="SlackWorkspace.TryRead"/> reads it; sessions are refreshed at its page.</summary>
    public string? Workspace { get; init; }

    /// <summary>Stands in the place of Slack, for the workspace and for the API; see <see cref="SlackAddress.IsAllowed"/>.</summary>
    public Uri? Address { get; init; }

    /// <summary>The app whose tokens are rotated; null where none are.</summary>
    public string? ClientId { get; init; }

    /// <summary>How old a session may become before it is refreshed.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether a session is refreshed on a schedule at all.</summary>
    public bool IsScheduled { get; init; } = true;

    /// <summary>Carries the calls; see <see cref="BoundedHttp.CreateClient"/>.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>Learns the secrets before their first use.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>Where the authority reports.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
