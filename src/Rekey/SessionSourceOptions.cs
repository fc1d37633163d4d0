using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey;

/// <summary>What the source of a session is made of.</summary>
/// <typeparam name="TCredential">What the session is presented as.</typeparam>
public sealed record SessionSourceOptions<TCredential>
    where TCredential : class, ICredential
{
    /// <summary>The credential's name in the configuration.</summary>
    public required string Credential { get; init; }

    /// <summary>Who grants it.</summary>
    public required SessionAuthority<TCredential> Authority { get; init; }

    /// <summary>Where it outlives this process.</summary>
    public required ICredentialStore Store { get; init; }

    /// <summary>The values that the operator begins with; null where a human signs in.</summary>
    public CredentialSource<SecretDocument>? Configured { get; init; }

    /// <summary>Reads what another program kept of the session; asked when the store has no record.</summary>
    public Func<CancellationToken, ValueTask<SessionRecord?>>? Import { get; init; }

    /// <summary>Learns the secrets before their first use.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>Where what happens is kept for the tools.</summary>
    public CredentialEvents? Events { get; init; }

    /// <summary>Where attempts are reported.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The dice for jitter.</summary>
    public Random Random { get; init; } = Random.Shared;
}
