namespace Rekey.Databases;

/// <summary>What is known about a database login besides its password: the parts that a configuration fixes, or a secret holds.</summary>
public sealed record DatabaseParts
{
    /// <summary>The engine, under any of its names.</summary>
    public string? Engine { get; init; }

    /// <summary>The host.</summary>
    public string? Host { get; init; }

    /// <summary>The port.</summary>
    public int? Port { get; init; }

    /// <summary>The database, or the path of its file.</summary>
    public string? Database { get; init; }

    /// <summary>The user.</summary>
    public string? UserName { get; init; }

    /// <summary>Whether the connection must be encrypted.</summary>
    public bool? Encrypt { get; init; }

    /// <summary>Whether any certificate of the server is taken. Only a configuration says so: a secret could be somebody else's.</summary>
    public bool? TrustServerCertificate { get; init; }
}
