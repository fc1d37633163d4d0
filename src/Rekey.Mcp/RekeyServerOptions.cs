using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rekey.Mcp.Databases;
using Rekey.Redaction;

namespace Rekey.Mcp;

/// <summary>What a server is made of.</summary>
public sealed record RekeyServerOptions
{
    /// <summary>The credentials that it keeps alive.</summary>
    public required CredentialRegistry Registry { get; init; }

    /// <summary>Hides their secrets in everything that leaves.</summary>
    public required SecretRedactor Redactor { get; init; }

    /// <summary>The databases that its tools read.</summary>
    public IReadOnlyList<DatabaseBinding> Databases { get; init; } = [];

    /// <summary>What happened to them lately.</summary>
    public CredentialEvents Events { get; init; } = new();

    /// <summary>Finds the AWS SSO session that is meant; null where there is none to find.</summary>
    public ISessionFinder? Sessions { get; init; }

    /// <summary>The version that it tells its clients.</summary>
    public required string Version { get; init; }

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where it reports.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>What it answers when nothing is configured: how to configure a credential.</summary>
    public string SetupHint { get; init; } = "No credential is configured. Name one in rekey.json and start the server again.";
}
