using Rekey.Databases;

namespace Rekey.Cli.Configuration;

/// <summary>How a value is proved.</summary>
internal abstract record VerifyConfiguration
{
    private VerifyConfiguration()
    {
    }

    /// <summary>Not at all, and the operator says so.</summary>
    internal sealed record Nothing : VerifyConfiguration;

    /// <summary>By reading an address with it.</summary>
    internal sealed record Http(Uri Address, string Header, string Prefix) : VerifyConfiguration;

    /// <summary>By a login at Redis.</summary>
    internal sealed record Redis(string Host, int Port, string? UserName, bool Tls) : VerifyConfiguration;

    /// <summary>By a login at a database. Without a host the value is its URL.</summary>
    internal sealed record Database(DatabaseParts Parts) : VerifyConfiguration;
}
