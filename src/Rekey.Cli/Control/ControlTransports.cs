using Rekey.Environment;

namespace Rekey.Cli.Control;

/// <summary>Chooses the transport of this system.</summary>
internal static class ControlTransports
{
    public static IControlTransport For(IEnvironment environment) => OperatingSystem.IsWindows()
        ? new WindowsControlPipes()
        : new UnixControlSockets(UnixFolder.Candidates(environment));
}
