using Rekey.Environment;

namespace Rekey.Aws.Sso;

/// <summary>Finds out whether a browser can be opened here, and whether it could come back to this process.</summary>
internal sealed class SignInSurroundings(IEnvironment environment, bool needsDisplay, Func<string, bool> exists)
{
    public SignInSurroundings(IEnvironment environment)
        : this(environment, OperatingSystem.IsLinux() || OperatingSystem.IsFreeBSD(), File.Exists)
    {
    }

    /// <summary>
    /// A browser here would be on the machine of the human, or somebody has named one: editors name a command of theirs in the
    /// containers and remote machines that they work in, which opens the page where the human sits.
    /// </summary>
    public bool CanOpenBrowser => Has("BROWSER") || (!IsElsewhere && (IsWsl || HasDisplay));

    /// <summary>The browser reaches a port of this process. From Windows the way into its Linux is not certain.</summary>
    public bool CanComeBack => CanOpenBrowser && !IsElsewhere && !IsWsl;

    public bool IsWsl => Has("WSL_DISTRO_NAME") || Has("WSL_INTEROP") || exists("/proc/sys/fs/binfmt_misc/WSLInterop");

    private bool IsElsewhere => IsRemote || IsContainer;

    private bool IsRemote => Has("SSH_CONNECTION") || Has("SSH_TTY");

    private bool IsContainer => exists("/.dockerenv") || exists("/run/.containerenv");

    private bool HasDisplay => !needsDisplay || Has("DISPLAY") || Has("WAYLAND_DISPLAY");

    private bool Has(string variable) => !string.IsNullOrEmpty(environment.Get(variable));
}
