namespace Rekey.Cli;

/// <summary>What a command says to whoever started it. Stable: scripts and probes read it.</summary>
internal static class ExitCode
{
    /// <summary>Everything is well.</summary>
    public const int Ready = 0;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Configuration = 1;

    /// <summary>A required credential is refused, expired, or cannot be used as it is.</summary>
    public const int Refused = 2;

    /// <summary>A source, a service or the server could not be reached: nothing is known.</summary>
    public const int Unreachable = 3;

    /// <summary>A defect of Rekey.</summary>
    public const int Defect = 4;
}
