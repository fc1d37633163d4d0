using System.Net.Security;

namespace Rekey.Redis;

/// <summary>A Redis, or whatever speaks like it, and how a password is presented to it.</summary>
public sealed record RedisOptions
{
    /// <summary>The credential's name.</summary>
    public required string Credential { get; init; }

    /// <summary>The host: a name or an address.</summary>
    public required string Host { get; init; }

    /// <summary>The port.</summary>
    public int Port { get; init; } = 6379;

    /// <summary>The user; null for the default user.</summary>
    public string? UserName { get; init; }

    /// <summary>How TLS is spoken; null sends everything in the clear.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether the name is not needed to log in. A Redis before version 6 knows no names at all.</summary>
    internal bool IsDefaultUser => UserName is null or "default";
}
