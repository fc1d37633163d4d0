using System.ComponentModel;
using System.Diagnostics;
using Rekey.Environment;

namespace Rekey.Aws.Sso;

/// <summary>
/// Opens pages with what the system has for it. The browser gets the whole environment and none of our streams, which belong to the
/// protocol. Other users of the machine can see the address among its arguments: it holds no secret, and who knows the <c>state</c> in
/// it can neither redeem a code nor learn one.
/// </summary>
public sealed class SystemBrowser(IEnvironment environment) : IBrowser
{
    // In the background, so that it outlives us, and without our interrupts.
    private const string Detached = "\"$@\" </dev/null >/dev/null 2>&1 &";

    /// <inheritdoc/>
    public bool TryOpen(Uri page)
    {
        if (OperatingSystem.IsWindows())
            return TryStart(new ProcessStartInfo(page.AbsoluteUri) { UseShellExecute = true });
        var isWsl = new SignInSurroundings(environment).IsWsl;
        return BrowserCommands.For(page, environment, OperatingSystem.IsMacOS(), isWsl)
            .Where(command => IsThere(command[0]))
            .Any(command => TryStart(new ProcessStartInfo("/bin/sh", ["-c", Detached, "sh", .. command]) { UseShellExecute = false }));
    }

    private static bool TryStart(ProcessStartInfo command)
    {
        try
        {
            using var process = Process.Start(command);
            return true;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    private bool IsThere(string command) =>
        command.Contains('/')
            ? File.Exists(command)
            : (environment.Get("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, command)));
}
