using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rekey.Aws.Profiles;
using Rekey.Environment;

namespace Rekey.Aws.Sso;

/// <summary>What the source of one session is made of.</summary>
public sealed record SsoSessionOptions
{
    /// <summary>The credential that the source belongs to: its secrets are registered under this name.</summary>
    public required string Credential { get; init; }

    /// <summary>What a human signs in to.</summary>
    public required SsoSession Session { get; init; }

    /// <summary>Where.</summary>
    public required SsoEndpoints Endpoints { get; init; }

    /// <summary>The files that all AWS tools share.</summary>
    public required AwsFiles Files { get; init; }

    /// <summary>The environment, for finding out whether there is a browser to open.</summary>
    public required IEnvironment Environment { get; init; }

    /// <summary>Carries the calls; see <see cref="SsoSessionSource.CreateClient"/>.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>Learns the secrets before their first use.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>How a human signs in.</summary>
    public SignInFlow Flow { get; init; }

    /// <summary>The port of this machine to which the browser returns; null for any. A fixed one can be forwarded over SSH.</summary>
    public int? RedirectPort { get; init; }

    /// <summary>Opens the page for the human; null leaves that to whoever is shown the address.</summary>
    public IBrowser? Browser { get; init; }

    /// <summary>Where the source reports.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal SignInSurroundings? Surroundings { get; init; }

    internal ICacheFiles Disk { get; init; } = CacheFiles.Instance;
}
