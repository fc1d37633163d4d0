namespace Rekey.Cli.Tests.Processes;

/// <summary>How a client starts a server.</summary>
/// <param name="Folder">Where it runs: the client's own working folder when left out.</param>
internal sealed record ServerCommand(string Command, IReadOnlyList<string> Arguments, string? Folder = null)
{
    /// <summary>A program that is Rekey: the one of this build when left out.</summary>
    public static ServerCommand Rekey(string? program = null, params string[] arguments) => new(program ?? BuiltExecutable.Path, ["serve", .. arguments]);
}
