using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey;

/// <summary>What binds a credential to the one it stands on.</summary>
public enum ParentBond
{
    /// <summary>The parent is needed to fetch: its end stops the refresh, not what was fetched.</summary>
    Access,

    /// <summary>The authority ends the credential together with its parent: effective life is the minimum.</summary>
    Life,
}

/// <summary>What a managed credential is made of.</summary>
/// <typeparam name="TCredential">What is presented to the service.</typeparam>
public sealed record CredentialOptions<TCredential>
    where TCredential : class, ICredential
{
    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>What it is: database, value…</summary>
    public required string Kind { get; init; }

    /// <summary>Where it comes from.</summary>
    public required CredentialSource<TCredential> Source { get; init; }

    /// <summary>Proves a candidate before it is used. Without one the credential is unverified, never healthy.</summary>
    public CredentialVerifier<TCredential>? Verifier { get; init; }

    /// <summary>The arithmetic.</summary>
    public RefreshPolicy Policy { get; init; } = new();

    /// <summary>The credential this one stands on.</summary>
    public ManagedCredential? Parent { get; init; }

    /// <summary>What the parent's end means.</summary>
    public ParentBond ParentBond { get; init; }

    /// <summary>Whether the server counts as unhealthy without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>False for what may be printed, a public key for example.</summary>
    public bool IsSensitive { get; init; } = true;

    /// <summary>Learns the secrets before their first use.</summary>
    public ISecretRegistry? Secrets { get; init; }

    /// <summary>Where the lifecycle reports.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Where what happens is kept for the tools.</summary>
    public CredentialEvents? Events { get; init; }

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The dice for jitter.</summary>
    public Random Random { get; init; } = Random.Shared;
}
